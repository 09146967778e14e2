/** Compares the provider's books with ours. Changes nothing that is settled; safe at any time, on any instance. */
import { paymentId as typedPaymentId } from '../domain/ids.ts';
import { lookAtRefundsOf, type RefundDeps } from '../operations/operation-worker.ts';
import type { IntentSnapshot } from '../provider/payment-provider.ts';
import type { DisputeStore } from '../store/dispute-store.ts';
import type { BookedPayment, ReconciliationStore } from '../store/reconciliation-store.ts';
import { reconcileDisputes } from './reconcile-disputes.ts';
import { reconcileMethods } from './reconcile-methods.ts';

const BATCH = 100;

export interface ReconcileDeps extends RefundDeps {
  readonly books: ReconciliationStore;
  readonly disputes: DisputeStore;
}

/** Minor units on both sides. */
export interface Difference {
  readonly kind:
    | 'UNKNOWN_TO_US'
    | 'UNKNOWN_TO_PROVIDER'
    | 'CURRENCY'
    | 'CAPTURABLE'
    | 'CAPTURED'
    | 'REFUNDED'
    | 'DISPUTE'
    | 'METHOD';
  readonly reference: string;
  /** Null for money of no payment of ours. */
  readonly paymentId: string | null;
  readonly ours: number | string | null;
  readonly theirs: number | string | null;
}

export interface ReconciliationReport {
  readonly provider: string;
  /** Payments that both sides agree about. */
  readonly matched: number;
  /** Payments, and buyers with methods, that are being worked on: the next run sees them. */
  readonly moving: number;
  /** Steps, refunds and methods that were made due. */
  readonly hurried: number;
  /** Payments whose authorization had run out at the provider, canceled here. */
  readonly ended: number;
  /** Payments that are over, of which the provider had set something aside nonetheless: it has let go of it. */
  readonly released: number;
  /** Payments of which a bank has sent back a refund, or paid one, that we had not heard of, and have written down. */
  readonly refunds: number;
  /** Disputes that we had not heard of as the provider has them now, and have written down. */
  readonly disputes: number;
  /** Buyers of whose payment methods both sides say the same. */
  readonly customers: number;
  readonly differences: readonly Difference[];
}

export async function reconcile(deps: ReconcileDeps, signal: AbortSignal): Promise<ReconciliationReport> {
  const { provider, books, logger } = deps;
  const hurried = await books.hurryAll();
  const tally = { matched: 0, moving: 0, ended: 0, released: 0, refunds: 0, differences: [] as Difference[] };
  const seen = new Set<string>();
  for await (const intents of batches(provider.listIntents(signal))) {
    const booked = await books.bookedPayments(
      provider.code,
      intents.map(({ reference }) => reference),
    );
    const byReference = new Map(booked.map((payment) => [payment.reference, payment]));
    for (const intent of intents) {
      seen.add(intent.reference);
      await compare(deps, tally, intent, byReference.get(intent.reference), signal);
    }
  }
  await findMissing(deps, tally, seen, signal);
  const disputed = await reconcileDisputes(deps, signal);
  tally.differences.push(...disputed.differences);
  const kept = await reconcileMethods(deps, signal);
  tally.differences.push(...kept.differences);
  tally.moving += disputed.moving + kept.moving;
  const { differences, ...counts } = tally;
  for (const difference of differences)
    logger.error({ difference }, 'the books of the provider and ours differ');
  const { customers } = kept;
  const report = { provider: provider.code, ...counts, hurried, disputes: disputed.disputes, customers };
  logger.info({ ...report, differences: differences.length }, 'reconciled');
  return { ...report, differences };
}

type Tally = {
  matched: number;
  moving: number;
  ended: number;
  released: number;
  refunds: number;
  readonly differences: Difference[];
};

async function compare(
  deps: ReconcileDeps,
  tally: Tally,
  listed: IntentSnapshot,
  booked: BookedPayment | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { provider, books } = deps;
  if (booked?.isMoving === true) {
    tally.moving += 1;
    return;
  }
  if (differencesOf(listed, booked).length === 0) {
    tally.matched += 1;
    return;
  }
  // The list was read a while ago: only what still differs when both sides are asked again does.
  const { reference, paymentId } = listed;
  const intent = (await provider.retrieve({ paymentId: paymentId ?? '', reference }, signal)) ?? listed;
  const [payment] = await books.bookedPayments(provider.code, [reference]);
  if (payment?.isMoving === true) {
    tally.moving += 1;
  } else if (payment?.status === 'REQUIRES_CAPTURE' && intent.status === 'canceled') {
    if (await books.authorizationEnded(payment.id)) tally.ended += 1;
    else tally.moving += 1;
  } else if (payment?.status === 'CANCELED' && intent.status === 'requires_capture') {
    // Whoever has its client secret may pay it at the provider when it is over here. The order is not made any more.
    const over = typedPaymentId.fromUuid(payment.id);
    const call = { idempotencyKey: `${over}:OVER`, signal };
    const outcome = await provider.cancel({ paymentId: over, reference }, call);
    if (outcome.kind === 'canceled') tally.released += 1;
    else tally.differences.push(...differencesOf(outcome.intent, payment));
  } else {
    let differences = differencesOf(intent, payment);
    if (differences.some(({ kind }) => kind === 'REFUNDED')) {
      await lookAtRefundsOf(deps, provider.code, reference);
      differences = differencesOf(intent, (await books.bookedPayments(provider.code, [reference]))[0]);
      if (differences.length === 0) tally.refunds += 1;
    }
    if (differences.length === 0) tally.matched += 1;
    tally.differences.push(...differences);
  }
}

function differencesOf(intent: IntentSnapshot, payment: BookedPayment | undefined): readonly Difference[] {
  const { reference } = intent;
  if (payment === undefined) {
    const theirs = intent.captured + intent.capturable;
    // One that took nothing is a try that nobody heard of again.
    return theirs === 0 ? [] : [{ kind: 'UNKNOWN_TO_US', reference, paymentId: null, ours: null, theirs }];
  }
  const paymentId = typedPaymentId.fromUuid(payment.id);
  const pairs = [
    ['CURRENCY', payment.currency, intent.currency],
    ['CAPTURABLE', payment.capturable, intent.capturable],
    ['CAPTURED', payment.captured, intent.captured],
    ['REFUNDED', payment.refunded, intent.refunded],
  ] as const;
  return pairs.flatMap(([kind, ours, theirs]) =>
    ours === theirs ? [] : [{ kind, reference, paymentId, ours, theirs }],
  );
}

/** Payments of ours that the provider does not list. */
async function findMissing(
  { provider, books }: ReconcileDeps,
  tally: Tally,
  seen: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<void> {
  let after: string | null = null;
  for (;;) {
    const payments: readonly BookedPayment[] = await books.bookedPaymentsAfter(provider.code, after, BATCH);
    for (const { id, reference, isMoving, captured, capturable } of payments) {
      if (reference === null || seen.has(reference) || isMoving) continue;
      const paymentId = typedPaymentId.fromUuid(id);
      // Made since the list was read.
      if ((await provider.retrieve({ paymentId, reference }, signal)) !== undefined) continue;
      const ours = captured + capturable;
      tally.differences.push({ kind: 'UNKNOWN_TO_PROVIDER', reference, paymentId, ours, theirs: null });
    }
    after = payments.at(-1)?.id ?? null;
    if (payments.length < BATCH) return;
  }
}

async function* batches(intents: AsyncIterable<IntentSnapshot>): AsyncIterable<readonly IntentSnapshot[]> {
  let batch: IntentSnapshot[] = [];
  for await (const intent of intents) {
    batch.push(intent);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
