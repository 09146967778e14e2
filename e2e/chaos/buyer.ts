/** A customer who keeps buying, asks again with the same key until there is an answer, and writes down what they are told. */
import type { Viewer } from '@tributary/service-kit';
import type { GraphqlAnswer } from '@tributary/testkit';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../soak/random.ts';
import type { Journal, Purchase } from './journal.ts';
import type { ChaosWorld } from './start-world.ts';

const ASK_AGAIN_MS = 150;

/** What is paid with, by how often of a hundred. */
const TOKENS: readonly (readonly [token: string, share: number])[] = [
  ['pm_card_visa', 44],
  ['pm_card_visa_chargeDeclined', 10],
  ['pm_card_authenticationRequired', 14],
  ['pm_card_lost_answer', 10],
  ['pm_card_slow_1500', 5],
  ['pm_card_500_once', 5],
  ['pm_card_captureFails', 5],
  ['pm_card_refundFail', 3],
  ['pm_card_pendingRefund', 4],
];

const ERRORS = 'userErrors { __typename ... on UserError { message } }';
const CREATE = `mutation ($input: CheckoutCreateInput!) {
  checkoutCreate(input: $input) { checkout { id status total { amount currency } } clientSecret ${ERRORS} }
}`;
const UPDATE = `mutation ($id: ID!, $input: CheckoutUpdateInput!, $clientSecret: String) {
  checkoutUpdate(id: $id, input: $input, clientSecret: $clientSecret) {
    checkout { status total { amount currency } } ${ERRORS}
  }
}`;
const RESULT = `checkout { status } payment { id status nextAction { ... on RedirectAction { url } } } order { id } ${ERRORS}`;
const COMPLETE = `mutation ($id: ID!, $input: CheckoutCompleteInput!, $clientSecret: String) {
  checkoutComplete(id: $id, input: $input, clientSecret: $clientSecret) { ${RESULT} }
}`;
const FINISH = `mutation ($id: ID!, $clientSecret: String) {
  paymentActionComplete(paymentId: $id, clientSecret: $clientSecret) { ${RESULT} }
}`;
const CANCEL = `mutation ($id: ID!, $clientSecret: String) {
  checkoutCancel(id: $id, clientSecret: $clientSecret) { checkout { status } ${ERRORS} }
}`;
const CANCEL_ORDER = `mutation ($input: OrderCancelInput!, $clientSecret: String) {
  orderCancel(input: $input, clientSecret: $clientSecret) { order { status } ${ERRORS} }
}`;
const REFUND = `mutation ($input: RefundCreateInput!) {
  refundCreate(input: $input) { refund { id amount { amount } } ${ERRORS} }
}`;

/** These say that nothing is decided yet. */
const NOT_YET: ReadonlySet<string> = new Set(['IdempotencyKeyInUseError', 'ServiceUnavailableError']);

// What is asked for is what comes.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Payload = any;

/** One way to payments: an instance of it, or the gateway, with a signed-in customer or a guest. */
export type Ask = (query: string, variables: object) => Promise<GraphqlAnswer>;

export interface BuyerOptions {
  readonly name: string;
  readonly ask: Ask;
  /** A guest's; null for somebody who is signed in. */
  readonly email: string | null;
  readonly operator: Ask;
  readonly variants: readonly string[];
  readonly random: Random;
  readonly journal: Journal;
  /** Begin nothing new. */
  readonly signal: AbortSignal;
  /** Give up: what is not answered by now is stuck. */
  readonly deadline: AbortSignal;
}

export async function keepBuying(options: BuyerOptions): Promise<void> {
  for (let n = 0; !options.signal.aborted; n += 1) await buy(options, `${options.name}-${n}`);
}

async function buy(options: BuyerOptions, key: string): Promise<void> {
  const { ask, email, random, variants, journal } = options;
  const first = random(variants.length);
  const chosen = [first, (first + 1) % variants.length].slice(0, 1 + random(2));
  const lines = chosen.map((index) => ({ variantId: variants[index], quantity: 1 + random(2) }));
  const input = { lines, currency: 'EUR', email, idempotencyKey: `${key}-create` };
  const created = await insist(options, ask, 'checkoutCreate', CREATE, { input });
  if (created?.checkout === undefined || created.checkout === null || created.checkout.status !== 'OPEN') {
    journal.count(
      `not opened: ${created?.userErrors[0]?.__typename ?? created?.checkout?.status ?? 'no answer'}`,
    );
    await delay(ASK_AGAIN_MS);
    return;
  }
  const { id } = created.checkout;
  const { clientSecret } = created;
  const purchase: Purchase = { checkoutId: id, clientSecret, order: undefined, told: [] };
  journal.purchases.push(purchase);
  const whim = random(100);
  if (whim < 4) {
    tell(journal, purchase, 'left alone');
    return;
  }
  if (whim < 8) {
    await insist(options, ask, 'checkoutCancel', CANCEL, { id, clientSecret });
    tell(journal, purchase, 'canceled');
    return;
  }
  const total = await changeSometimes(options, purchase, key, created.checkout.total, lines);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const paymentToken = attempt === 0 ? pick(random) : 'pm_card_visa';
    const variables = {
      id,
      clientSecret,
      input: {
        paymentToken,
        expectedTotal: total,
        returnUrl: 'https://shop.example/back',
        idempotencyKey: `${key}-pay-${attempt}`,
      },
    };
    const pay = () => insist(options, ask, 'checkoutComplete', COMPLETE, variables);
    // Some click twice.
    const [paid] = await Promise.all(random(10) === 0 ? [pay(), pay()] : [pay()]);
    const outcome = await follow(options, purchase, paid);
    tell(journal, purchase, outcome);
    if (outcome !== 'declined') break;
  }
  if (purchase.order === undefined) return;
  const change = random(10);
  if (change < 2) await refund(options, purchase, key, total);
  if (change === 2) await cancelOrder(options, purchase, key);
}

function pick(random: Random): string {
  let left = random(100);
  return TOKENS.find(([, share]) => (left -= share) < 0)?.[0] ?? 'pm_card_visa';
}

function tell(journal: Journal, purchase: Purchase, what: string): void {
  purchase.told.push(what);
  journal.count(what);
}

/** To the end of a payment, over the page of the bank where there is one. */
async function follow(options: BuyerOptions, purchase: Purchase, first: Payload): Promise<string> {
  const { random, deadline } = options;
  let answer = first;
  while (answer !== undefined && !deadline.aborted) {
    if (answer.order !== null) {
      purchase.order = answer.order.id;
      return 'ordered';
    }
    const { checkout, payment } = answer;
    if (checkout === null) return answer.userErrors[0]?.__typename ?? 'nothing';
    if (checkout.status === 'OPEN') return payment === null ? 'refused' : 'declined';
    if (checkout.status !== 'PAYING') return checkout.status.toLowerCase();
    if (payment === null) return 'paying without a payment';
    const url: string | undefined = payment.nextAction?.url;
    if (url !== undefined) {
      if (random(4) === 0) return 'left at the bank';
      const body = new URLSearchParams({ outcome: random(5) === 0 ? 'fail' : 'complete' });
      await fetch(url, { method: 'POST', body, redirect: 'manual' }).catch(() => undefined);
    }
    await delay(ASK_AGAIN_MS);
    answer = await insist(options, options.ask, 'paymentActionComplete', FINISH, {
      id: payment.id,
      clientSecret: purchase.clientSecret,
    });
  }
  return 'no answer';
}

interface Total {
  readonly amount: number;
  readonly currency: string;
}

/** One more of the first thing, for some; what it costs then. */
async function changeSometimes(
  options: BuyerOptions,
  { checkoutId: id, clientSecret }: Purchase,
  key: string,
  total: Total,
  lines: readonly { readonly variantId: string | undefined; readonly quantity: number }[],
): Promise<Total> {
  if (options.random(6) !== 0) return total;
  const more = lines.map((line, index) => (index === 0 ? { ...line, quantity: line.quantity + 1 } : line));
  const input = { lines: more, idempotencyKey: `${key}-update` };
  const changed = await insist(options, options.ask, 'checkoutUpdate', UPDATE, { id, input, clientSecret });
  options.journal.count(changed?.userErrors.length === 0 ? 'changed' : 'not changed');
  return changed?.checkout?.total ?? total;
}

async function cancelOrder(options: BuyerOptions, purchase: Purchase, key: string): Promise<void> {
  const { order: orderId, clientSecret } = purchase;
  const variables = { input: { orderId, idempotencyKey: `${key}-cancel-order` }, clientSecret };
  const canceled = await insist(options, options.ask, 'orderCancel', CANCEL_ORDER, variables);
  if (canceled?.order?.status === 'CANCELED') purchase.orderCanceled = true;
  options.journal.count(
    `order canceled: ${canceled?.order?.status ?? canceled?.userErrors[0]?.__typename ?? 'no answer'}`,
  );
}

async function refund(options: BuyerOptions, purchase: Purchase, key: string, total: Total): Promise<void> {
  const { operator, random, journal } = options;
  const looked = await insistOn(options, () =>
    operator(`query ($id: ID!) { order(id: $id) { payments { id } } }`, { id: purchase.order }).then(
      ({ data }) => data?.order ?? undefined,
    ),
  );
  const paymentId: string | undefined = looked?.payments[0]?.id;
  if (paymentId === undefined) return;
  const amount = random(2) === 0 ? null : { ...total, amount: 1 + random(total.amount) };
  const input = { paymentId, amount, reason: 'OTHER', idempotencyKey: `${key}-refund` };
  const refunded = await insist(options, operator, 'refundCreate', REFUND, { input });
  const made = refunded?.refund;
  if (made === undefined || made === null) return;
  journal.count('refunded');
  journal.refunds.push({ refundId: made.id, amount: made.amount.amount });
}

/** The answer to one mutation, asked with the same key until there is one that decides something. */
const insist = (
  options: BuyerOptions,
  ask: Ask,
  field: string,
  query: string,
  variables: object,
): Promise<Payload> =>
  insistOn(options, async () => {
    const { data, errors } = await ask(query, variables);
    // Of an answer with errors something may be missing that is there.
    const payload = errors === undefined ? data?.[field] : undefined;
    const undecided = payload?.userErrors?.some(({ __typename }: { __typename: string }) =>
      NOT_YET.has(__typename),
    );
    return payload === undefined || payload === null || undecided === true ? undefined : payload;
  });

async function insistOn(options: BuyerOptions, attempt: () => Promise<Payload>): Promise<Payload> {
  while (!options.deadline.aborted) {
    const answer = await attempt().catch(() => undefined);
    if (answer !== undefined) return answer;
    await delay(ASK_AGAIN_MS);
  }
  options.journal.count('never answered');
  return undefined;
}

/** A signed-in customer or operator, at one instance after the other. */
export function askInstances(world: ChaosWorld, viewer: Viewer): Ask {
  let turn = 0;
  return (query, variables) => {
    turn += 1;
    return world.payments(turn, viewer, query, variables);
  };
}
