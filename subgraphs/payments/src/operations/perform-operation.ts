import type { Logger } from '@tributary/service-kit';
import { setTimeout as delay } from 'node:timers/promises';
import { paymentId as typedPaymentId, refundId as typedRefundId } from '../domain/ids.ts';
import type { Amount } from '../domain/model.ts';
import { paymentStateError, type PaymentUserError } from '../domain/payment-user-error.ts';
import { retryDelayMs } from '../domain/retry-delay.ts';
import { keyInUse, keyReused } from '../domain/user-error.ts';
import {
  ProviderRejectedError,
  ProviderUnavailableError,
  type CancelOutcome,
  type PaymentProvider,
} from '../provider/payment-provider.ts';
import type { Timing } from '../saga/timing.ts';
import type {
  BeginOperation,
  Operation,
  OperationAnswer,
  OperationOutcome,
  OperationStore,
} from '../store/operation-store.ts';

/** A request the provider calls wrong stays wrong until somebody looks. */
const REJECTED_DELAY_MS = 30_000;
/** Between two looks at an operation that another process is at. */
const LOOK_AGAIN_MS = 50;

export interface OperationDeps {
  readonly operations: OperationStore;
  readonly provider: PaymentProvider;
  readonly timing: Timing;
  readonly logger: Logger;
  /** Called between any two effects; a test stops the work there by throwing. */
  readonly onCheckpoint: (name: string) => void;
}

/**
 * Writes down what an operator wants, then does it inline for as long as the budget lasts; the worker goes on with it.
 *
 * An answer without errors is one of things that may not be settled yet: their status says it.
 */
export async function performOperation(
  deps: OperationDeps,
  command: BeginOperation,
): Promise<OperationAnswer> {
  const { operations, timing, onCheckpoint } = deps;
  const { request, paymentId } = command;
  const deadline = Date.now() + timing.inlineBudgetMs;
  const isMovable = (amount: Amount): boolean => deps.provider.whyNotMovable(amount) === undefined;
  const begun = await operations.begin(command, isMovable);
  onCheckpoint(`${command.kind}: after the commit of the intent`);
  const failed = (error: OperationAnswer['errors'][number]): OperationAnswer => ({
    paymentId,
    refundId: null,
    disputeId: null,
    errors: [error],
  });
  if (begun.kind === 'refused') return failed(begun.error);
  if (begun.kind === 'answered') return begun.answer;
  if (begun.kind === 'in_use') return failed(keyInUse(begun.retryAfterSeconds));
  if (begun.kind === 'reused') return failed(keyReused());
  if (begun.kind === 'begun') await takeTurn(deps, begun.operation);
  for (;;) {
    const answer = await operations.findAnswer(request);
    if (answer !== undefined) return answer;
    if (Date.now() >= deadline) break;
    const operation = await operations.claim(request);
    if (operation === undefined) await delay(LOOK_AGAIN_MS);
    else await takeTurn(deps, operation);
  }
  await operations.unlockKey(request);
  const { refundId, disputeId } =
    begun.kind === 'begun' ? begun.operation : { refundId: null, disputeId: null };
  return { paymentId, refundId, disputeId, errors: [] };
}

/** Asks the provider once, and writes what came of it, or when to ask again. */
export async function takeTurn(deps: OperationDeps, operation: Operation): Promise<void> {
  const { operations, timing, logger, onCheckpoint } = deps;
  const { kind } = operation;
  try {
    onCheckpoint(`${kind}: before the call of the operation`);
    const outcome = await call(deps.provider, operation, AbortSignal.timeout(timing.providerTimeoutMs));
    onCheckpoint(`${kind}: after the call of the operation`);
    await operations.finish(operation, outcome);
    onCheckpoint(`${kind}: after the commit of the operation`);
  } catch (error) {
    const isRejected = error instanceof ProviderRejectedError;
    if (!isRejected && !(error instanceof ProviderUnavailableError)) throw error;
    const delayMs = isRejected ? REJECTED_DELAY_MS : retryDelayMs(operation.attempts + 1);
    const fields = { err: error, 'operation.kind': kind, retryInMs: delayMs };
    logger[isRejected ? 'error' : 'warn'](fields, 'an operation of a payment is tried again');
    await operations.postpone(operation, delayMs);
  }
}

async function call(
  provider: PaymentProvider,
  operation: Operation,
  signal: AbortSignal,
): Promise<OperationOutcome> {
  const { kind, paymentId, reference, refundId, reason, currency, amount, idempotencyKey, ageMs } = operation;
  const payment = { paymentId: typedPaymentId.fromUuid(paymentId), reference };
  const options = { idempotencyKey, signal };
  const money = { amount, currency };
  if (kind === 'REFUND') {
    const request = {
      ...payment,
      refundId: typedRefundId.fromUuid(refundId ?? ''),
      amount: money,
      reason: reason ?? 'OTHER',
    };
    // A key the provider has forgotten would be a second refund: what it knows of this one is asked instead.
    const known = ageMs > provider.keyLifetimeMs ? await provider.findRefund(request, signal) : undefined;
    return { kind: 'refund', refund: known ?? (await provider.refund(request, options)) };
  }
  if (kind === 'EVIDENCE' || kind === 'ACCEPT') {
    const { disputeReference, evidence } = operation;
    const of = disputeReference ?? '';
    return {
      kind: 'dispute',
      dispute:
        evidence === null
          ? await provider.acceptDispute(of, options)
          : await provider.submitEvidence(
              { reference: of, text: evidence.text, isFinal: evidence.submit },
              options,
            ),
    };
  }
  if (kind === 'CANCEL') return letGo(await provider.cancel(payment, options), null);
  const outcome = await provider.capture({ ...payment, amount: money }, options);
  if (outcome.kind === 'captured') return { ...outcome, amount, error: null };
  const canceled = await provider.cancel(payment, {
    ...options,
    idempotencyKey: `${idempotencyKey}:CANCEL`,
  });
  return letGo(canceled, paymentStateError('CANCELED', outcome.message));
}

const letGo = (outcome: CancelOutcome, error: PaymentUserError | null): OperationOutcome =>
  outcome.kind === 'canceled'
    ? { kind: 'canceled', error }
    : {
        kind: 'captured',
        amount: outcome.intent.captured,
        error: paymentStateError('SUCCEEDED', 'It was captured at the provider before. Refund it instead.'),
      };
