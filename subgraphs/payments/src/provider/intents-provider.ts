/** A payment provider on top of payment intents: reads their answers into what a payment can do. */
import type { Amount, CardDetails } from '../domain/model.ts';
import { toDecline } from './declines.ts';
import { disputeMethods } from './disputes.ts';
import type { CustomersApi } from './customers-api.ts';
import type { ApiMoney, ApiProblem, ApiRefund, Intent, IntentsApi } from './intents-api.ts';
import {
  ProviderRejectedError,
  type AuthorizeOutcome,
  type AuthorizeRequest,
  type CallOptions,
  type CancelOutcome,
  type CaptureOutcome,
  type CaptureRequest,
  type IntentSnapshot,
  type IntentStatus,
  type PaymentProvider,
  type PaymentReference,
  type ProviderRefund,
  type RefundRequest,
} from './payment-provider.ts';
import { readCard } from './read-card.ts';
import { readNextAction } from './read-next-action.ts';
import { savedMethodMethods } from './saved-methods.ts';
import { readSignedEvent } from './signed-event.ts';
import { STRIPE_CURRENCIES } from './stripe-currencies.ts';

export interface IntentsProviderOptions {
  readonly code: string;
  readonly keyLifetimeMs: number;
  readonly api: IntentsApi & CustomersApi;
  /** Any of them may have signed an event: while they change there are two. */
  readonly webhookSecrets: readonly string[];
}

export function createIntentsProvider(options: IntentsProviderOptions): PaymentProvider {
  const { api, code, keyLifetimeMs, webhookSecrets } = options;
  return {
    code,
    keyLifetimeMs,
    currencies: STRIPE_CURRENCIES,
    whyNotMovable: () => undefined,
    authorize: (request, call) => authorize(api, request, call),
    retrieve: async (payment, signal) => {
      const intent = await find(api, payment, signal);
      return intent && toSnapshot(intent);
    },
    capture: (request, call) => capture(api, request, call),
    cancel: (payment, call) => cancel(api, payment, call),
    refund: (request, call) => refund(api, request, call),
    retrieveRefund: async (reference, signal) => {
      const result = await api.retrieveRefund(reference, signal);
      if (result.ok) return toRefund(result.value);
      throw rejected(result.problem);
    },
    findRefund: async (request, signal) => {
      const placed = await api.listRefunds(await referenceOf(api, request, signal), signal);
      const found = placed.find(({ metadata }) => metadata?.['refund_id'] === request.refundId);
      return found && toRefund(found);
    },
    ...disputeMethods(api),
    ...savedMethodMethods(api),
    listIntents: (signal) => listIntents(api, signal),
    readWebhook: (body, headers, now) => readSignedEvent(body, headers, webhookSecrets, now),
  };
}

const toApiMoney = ({ amount, currency }: Amount): ApiMoney => ({ amount, currency: currency.toLowerCase() });

async function authorize(
  api: IntentsApi,
  { paymentId, reference, amount, token: paymentMethod, ...how }: AuthorizeRequest,
  call: CallOptions,
): Promise<AuthorizeOutcome> {
  const create = (called: CallOptions) =>
    api.create({ ...toApiMoney(amount), paymentMethod, ...how, metadata: { payment_id: paymentId } }, called);
  let result =
    reference === null ? await create(call) : await api.confirm(reference, { paymentMethod, ...how }, call);
  // Somebody gave it up at the provider: nothing can be set aside by it any more, and the buyer has another card.
  if (!result.ok && result.problem.payment_intent?.status === 'canceled')
    result = await create({ ...call, idempotencyKey: `${call.idempotencyKey}:ANEW` });
  if (result.ok) return toOutcome(result.value);
  const { problem } = result;
  if (problem.param === 'payment_method' || problem.param === 'customer') return { kind: 'unknown_method' };
  // Refused, or an earlier try of ours got further than we heard of: the intent says which.
  if (problem.payment_intent !== undefined) return toOutcome(problem.payment_intent);
  throw rejected(problem);
}

/** @throws ProviderRejectedError for an intent that is over. */
export function toOutcome(intent: Intent): AuthorizeOutcome {
  const { reference, status, card, method, failure, action } = toSnapshot(intent);
  if (status === 'requires_capture' && card !== null) return { kind: 'authorized', reference, card, method };
  if (status === 'requires_action' && action !== null) return { kind: 'action_required', reference, action };
  if (status === 'requires_payment_method') {
    return { kind: 'declined', reference, card, failure: failure ?? toDecline({}) };
  }
  throw new ProviderRejectedError(`the intent is ${status}`);
}

async function capture(
  api: IntentsApi,
  { amount, ...payment }: CaptureRequest,
  call: CallOptions,
): Promise<CaptureOutcome> {
  const result = await api.capture(await referenceOf(api, payment, call.signal), toApiMoney(amount), call);
  const intent = result.ok ? result.value : result.problem.payment_intent;
  if (intent?.status === 'succeeded') return { kind: 'captured' };
  if (intent?.status === 'canceled') return { kind: 'failed', message: 'The authorization has run out.' };
  if (!result.ok && result.problem.code === 'charge_expired_for_capture') {
    return { kind: 'failed', message: result.problem.message };
  }
  throw result.ok
    ? new ProviderRejectedError(`a captured intent is ${result.value.status}`)
    : rejected(result.problem);
}

async function cancel(api: IntentsApi, payment: PaymentReference, call: CallOptions): Promise<CancelOutcome> {
  const reference = payment.reference ?? (await find(api, payment, call.signal))?.id;
  // Nothing was ever set aside.
  if (reference === undefined) return { kind: 'canceled' };
  const result = await api.cancel(reference, call);
  const status = result.ok ? result.value.status : result.problem.payment_intent?.status;
  if (status === 'canceled') return { kind: 'canceled' };
  // An intent inside a problem lacks its charge, which says what was given back of it.
  const intent = status === 'succeeded' ? await find(api, { ...payment, reference }, call.signal) : undefined;
  if (intent?.status === 'succeeded') return { kind: 'captured', intent: toSnapshot(intent) };
  if (!result.ok) throw rejected(result.problem);
  throw new ProviderRejectedError(`a canceled intent is ${result.value.status}`);
}

const REASONS: Readonly<Record<string, string>> = {
  DUPLICATE: 'duplicate',
  FRAUDULENT: 'fraudulent',
  REQUESTED_BY_CUSTOMER: 'requested_by_customer',
};

async function refund(
  api: IntentsApi,
  { refundId, amount, reason, ...payment }: RefundRequest,
  call: CallOptions,
): Promise<ProviderRefund> {
  const request = {
    intent: await referenceOf(api, payment, call.signal),
    ...toApiMoney(amount),
    reason: REASONS[reason] ?? null,
    metadata: { refund_id: refundId },
  };
  const result = await api.refund(request, call);
  if (result.ok) return toRefund(result.value);
  const { problem } = result;
  // The provider has less left than our books say: it is not paid, and reconciliation will tell of the difference.
  if (REFUSED_REFUNDS.has(problem.code ?? '')) {
    return { reference: null, status: 'FAILED', message: 'The provider refused the refund.' };
  }
  throw rejected(problem);
}

const REFUSED_REFUNDS: ReadonlySet<string> = new Set([
  'charge_already_refunded',
  'amount_too_large',
  'charge_disputed',
]);

function toRefund({ id, status }: ApiRefund): ProviderRefund {
  if (status === 'succeeded') return { reference: id, status: 'SUCCEEDED', message: null };
  if (status === 'failed' || status === 'canceled') {
    return { reference: id, status: 'FAILED', message: "The buyer's bank sent the refund back." };
  }
  return { reference: id, status: 'PENDING', message: null };
}

async function* listIntents(api: IntentsApi, signal: AbortSignal): AsyncIterable<IntentSnapshot> {
  let after: string | undefined;
  for (;;) {
    const { intents, hasMore } = await api.list(after, signal);
    yield* intents.map(toSnapshot);
    after = intents.at(-1)?.id;
    if (!hasMore || after === undefined) return;
  }
}

async function find(
  api: IntentsApi,
  { paymentId, reference }: PaymentReference,
  signal: AbortSignal,
): Promise<Intent | undefined> {
  if (reference === null) {
    const found = await api.search(paymentId, signal);
    // One that took money, if there is one: the others are tries that came to nothing.
    return found.find(({ status }) => status === 'succeeded' || status === 'requires_capture') ?? found[0];
  }
  const result = await api.retrieve(reference, signal);
  if (result.ok) return result.value;
  if (result.problem.code === 'resource_missing') return undefined;
  throw rejected(result.problem);
}

async function referenceOf(api: IntentsApi, payment: PaymentReference, signal: AbortSignal): Promise<string> {
  const reference = payment.reference ?? (await find(api, payment, signal))?.id;
  if (reference === undefined) throw new ProviderRejectedError('there is no such intent to capture');
  return reference;
}

const STATUSES: ReadonlySet<string> = new Set<IntentStatus>([
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'processing',
  'requires_capture',
  'succeeded',
  'canceled',
]);

/** @throws ProviderRejectedError for a status that the API does not know. */
export function toSnapshot(intent: Intent): IntentSnapshot {
  const { id, status, metadata, latest_charge: charge, last_payment_error: error } = intent;
  if (!STATUSES.has(status)) throw new ProviderRejectedError(`the intent is ${status}`);
  return {
    reference: id,
    paymentId: metadata['payment_id'] ?? null,
    status: status as IntentStatus,
    currency: intent.currency.toUpperCase(),
    capturable: intent.amount_capturable,
    captured: intent.amount_received,
    refunded: charge?.amount_refunded ?? 0,
    card: toCard(intent),
    method: intent.payment_method,
    failure: error && toDecline(error),
    action: readNextAction(intent),
  };
}

function toCard({ latest_charge: charge }: Intent): CardDetails | null {
  const card = charge?.payment_method_details?.card;
  return card === undefined ? null : readCard(card);
}

/** No message of the provider's is shown to a buyer; this one is for whoever reads the log. */
const rejected = ({ type, code, message }: ApiProblem): ProviderRejectedError =>
  new ProviderRejectedError(`${code ?? type}: ${message}`);
