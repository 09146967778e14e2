/** Stripe through its own library. */
import Stripe from 'stripe';
import { customerCall, type CustomersApi } from './customers-api.ts';
import {
  ApiProblem,
  type ApiCall,
  type ApiDispute,
  type ApiRefund,
  type ApiResult,
  type Intent,
  type IntentsApi,
  type NewIntent,
  type Setup,
} from './intents-api.ts';
import { ProviderUnavailableError } from './payment-provider.ts';
import { fromStripeAmount, toStripeAmount } from './stripe-amounts.ts';

const PAGE = 100;
const EXPAND = { expand: ['latest_charge'] };

/** @param client Without retries of its own: a step is repeated by the saga, with the same key. */
export function createStripeApi(client: Stripe): IntentsApi & CustomersApi {
  const { customers, disputes, paymentIntents, paymentMethods, refunds, setupIntents } = client;
  return {
    create: ({ amount, currency, paymentMethod, returnUrl, customer, metadata, ...how }, call) =>
      answer(call.signal, toIntent, () =>
        paymentIntents.create(
          {
            amount: toStripeAmount(amount, currency),
            currency,
            capture_method: 'manual',
            confirm: true,
            payment_method: paymentMethod,
            ...(customer === null ? {} : { customer }),
            ...usage(how),
            ...CARDS,
            ...returnTo(returnUrl),
            metadata,
            ...EXPAND,
          },
          keyOf(call),
        ),
      ),
    confirm: async (id, { paymentMethod, returnUrl, customer, ...how }, call) => {
      if (customer !== null) {
        const { signal, ...named } = customerCall(call);
        const result = await answer(signal, toIntent, () =>
          paymentIntents.update(id, { customer, ...EXPAND }, named),
        );
        if (!result.ok) return result;
      }
      return answer(call.signal, toIntent, () =>
        paymentIntents.confirm(
          id,
          {
            payment_method: paymentMethod,
            // The intent still has what the card before was to be used for.
            setup_future_usage: '',
            ...usage(how),
            ...returnTo(returnUrl),
            ...EXPAND,
          },
          keyOf(call),
        ),
      );
    },
    capture: (id, { amount, currency }, call) =>
      answer(call.signal, toIntent, () =>
        paymentIntents.capture(
          id,
          { amount_to_capture: toStripeAmount(amount, currency), ...EXPAND },
          keyOf(call),
        ),
      ),
    cancel: (id, call) => answer(call.signal, toIntent, () => paymentIntents.cancel(id, EXPAND, keyOf(call))),
    retrieve: (id, signal) => answer(signal, toIntent, () => paymentIntents.retrieve(id, EXPAND)),
    // What was made a minute ago may not be found yet. It is asked for only when a key is too old to be repeated.
    search: async (paymentId, signal) => {
      const query = `metadata['payment_id']:'${paymentId}'`;
      return valueOf(
        await answer(
          signal,
          ({ data }) => data.map(toIntent),
          () => paymentIntents.search({ query, ...EXPAND_LISTED }),
        ),
      );
    },
    list: async (after, signal) => {
      const page = {
        limit: PAGE,
        ...EXPAND_LISTED,
        ...(after === undefined ? {} : { starting_after: after }),
      };
      return valueOf(
        await answer(
          signal,
          ({ data, has_more }) => ({ intents: data.map(toIntent), hasMore: has_more }),
          () => paymentIntents.list(page),
        ),
      );
    },
    refund: ({ intent, amount, currency, reason, metadata }, call) =>
      answer(call.signal, toRefund, () =>
        refunds.create(
          {
            payment_intent: intent,
            amount: toStripeAmount(amount, currency),
            ...(reason === null ? {} : { reason: reason }),
            metadata,
          },
          keyOf(call),
        ),
      ),
    retrieveRefund: (id, signal) => answer(signal, toRefund, () => refunds.retrieve(id)),
    listRefunds: async (intent, signal) =>
      valueOf(
        await answer(
          signal,
          ({ data }) => data.map(toRefund),
          () => refunds.list({ payment_intent: intent, limit: PAGE }),
        ),
      ),
    createCustomer: (metadata, call) =>
      answer(
        call.signal,
        ({ id }) => ({ id }),
        () => customers.create({ metadata }, keyOf(call)),
      ),
    deleteCustomer: (id, { signal }) =>
      answer(
        signal,
        () => undefined,
        () => customers.del(id),
      ),
    createSetup: ({ customer, paymentMethod, returnUrl, metadata }, call) =>
      answer(call.signal, toSetup, () =>
        setupIntents.create(
          {
            customer,
            confirm: true,
            usage: 'off_session',
            payment_method: paymentMethod,
            ...CARDS,
            ...returnTo(returnUrl),
            metadata,
            ...EXPAND_METHOD,
          },
          keyOf(call),
        ),
      ),
    retrieveSetup: (id, signal) => answer(signal, toSetup, () => setupIntents.retrieve(id, EXPAND_METHOD)),
    listMethods: (id, after, signal) =>
      answer(
        signal,
        ({ data, has_more }) => ({ methods: data.map((method) => method.id), hasMore: has_more }),
        () =>
          customers.listPaymentMethods(id, {
            limit: PAGE,
            ...(after === undefined ? {} : { starting_after: after }),
          }),
      ),
    detachMethod: (id, call) =>
      answer(
        call.signal,
        () => undefined,
        () => paymentMethods.detach(id, {}, keyOf(call)),
      ),
    retrieveMethod: (id, signal) =>
      answer(
        signal,
        ({ customer }) => ({ customer: typeof customer === 'object' ? (customer?.id ?? null) : customer }),
        () => paymentMethods.retrieve(id),
      ),
    submitEvidence: (id, { text, submit }, call) =>
      answer(call.signal, toDispute, () =>
        disputes.update(id, { evidence: { uncategorized_text: text }, submit }, keyOf(call)),
      ),
    closeDispute: (id, call) => answer(call.signal, toDispute, () => disputes.close(id, {}, keyOf(call))),
    retrieveDispute: (id, signal) => answer(signal, toDispute, () => disputes.retrieve(id)),
    listDisputes: async (intent, after, signal) =>
      valueOf(
        await answer(
          signal,
          ({ data, has_more }) => ({ disputes: data.map(toDispute), hasMore: has_more }),
          () =>
            disputes.list({
              limit: PAGE,
              ...(intent === undefined ? {} : { payment_intent: intent }),
              ...(after === undefined ? {} : { starting_after: after }),
            }),
        ),
      ),
  };
}

/** Whatever an account has turned on: a transfer or a debit cannot be set aside first and taken later. */
const CARDS = { payment_method_types: ['card'] };

const returnTo = (returnUrl: string | null) => (returnUrl === null ? {} : { return_url: returnUrl });

const usage = ({ keepsMethod, offSession }: Pick<NewIntent, 'keepsMethod' | 'offSession'>) => ({
  ...(keepsMethod ? { setup_future_usage: 'off_session' as const } : {}),
  ...(offSession ? { off_session: true } : {}),
});

const EXPAND_METHOD = { expand: ['payment_method'] };
const EXPAND_LISTED = { expand: ['data.latest_charge'] };

const keyOf = ({ idempotencyKey }: ApiCall): Stripe.RequestOptions => ({ idempotencyKey });

function valueOf<T>(result: ApiResult<T>): T {
  if (result.ok) return result.value;
  throw new ProviderUnavailableError(new Error(result.problem.message));
}

/** Whether nothing is known of the outcome: somebody is at it, too many ask, or Stripe has failed. */
const saysNothing = (status: number | undefined): boolean =>
  status === undefined || status === 409 || status === 429 || status >= 500;

async function answer<S, T>(
  signal: AbortSignal,
  read: (value: S) => T,
  call: () => Promise<S>,
): Promise<ApiResult<T>> {
  if (signal.aborted) throw new ProviderUnavailableError(signal.reason);
  let stop: () => void = () => undefined;
  // The library takes no signal: its answer is no longer waited for, and its own time-out ends the call.
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      reject(new ProviderUnavailableError(signal.reason));
    };
    signal.addEventListener('abort', stop);
  });
  try {
    return { ok: true, value: read(await Promise.race([call(), aborted])) };
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    if (saysNothing(error.statusCode)) throw new ProviderUnavailableError(error);
    const { rawType, code, decline_code, param, message, payment_intent: intent } = error;
    return {
      ok: false,
      problem: ApiProblem.parse({
        type: rawType ?? error.type,
        code,
        decline_code,
        param,
        message,
        ...(intent === undefined ? {} : { payment_intent: toIntent(intent) }),
      }),
    };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function toIntent(intent: Stripe.PaymentIntent): Intent {
  const {
    id,
    status,
    currency,
    metadata,
    next_action,
    client_secret,
    last_payment_error: error,
    latest_charge: charge,
  } = intent;
  const iso = (amount: number): number => fromStripeAmount(amount, currency);
  const card = typeof charge === 'object' ? charge?.payment_method_details?.card : undefined;
  const method = intent.payment_method;
  return {
    id,
    status,
    currency,
    metadata,
    amount: iso(intent.amount),
    amount_capturable: iso(intent.amount_capturable),
    amount_received: iso(intent.amount_received),
    payment_method: typeof method === 'string' ? method : (method?.id ?? null),
    next_action: toNextAction(next_action),
    client_secret,
    last_payment_error: error && toLastError(error),
    latest_charge:
      charge === null || typeof charge === 'string'
        ? null
        : {
            amount_refunded: iso(charge.amount_refunded),
            payment_method_details: {
              card: card && {
                ...toCard(card),
                three_d_secure: card.three_d_secure && { result: card.three_d_secure.result },
              },
            },
          },
  };
}

function toSetup(setup: Stripe.SetupIntent): Setup {
  const { id, status, client_secret, payment_method: method, last_setup_error: error } = setup;
  return {
    id,
    status,
    payment_method:
      typeof method === 'string' || method === null
        ? method
        : { id: method.id, ...(method.card === undefined ? {} : { card: toCard(method.card) }) },
    next_action: toNextAction(setup.next_action),
    client_secret,
    last_setup_error: error && toLastError(error),
  };
}

const toCard = (card: {
  readonly brand: string | null;
  readonly last4: string | null;
  readonly exp_month: number;
  readonly exp_year: number;
  readonly country: string | null;
}) => ({
  brand: card.brand ?? 'unknown',
  last4: card.last4 ?? '',
  exp_month: card.exp_month,
  exp_year: card.exp_year,
  country: card.country,
});

function toNextAction(
  action: Stripe.PaymentIntent.NextAction | Stripe.SetupIntent.NextAction | null,
): Intent['next_action'] {
  const redirect = action?.redirect_to_url;
  if (typeof redirect?.url !== 'string') return action && {};
  return { redirect_to_url: { url: redirect.url, return_url: redirect.return_url } };
}

const toLastError = ({
  code,
  decline_code,
  message,
}: Stripe.PaymentIntent.LastPaymentError | Stripe.SetupIntent.LastSetupError) => ({
  code,
  decline_code,
  message,
});

const toRefund = ({ id, status, metadata, failure_reason }: Stripe.Refund): ApiRefund => ({
  id,
  status,
  metadata,
  ...(failure_reason === undefined ? {} : { failure_reason }),
});

/** Of a charge without an intent there is none of ours. */
function toDispute(dispute: Stripe.Dispute): ApiDispute {
  const { id, currency, status, reason, payment_intent: intent } = dispute;
  return {
    id,
    status,
    reason,
    currency,
    payment_intent: typeof intent === 'string' ? intent : (intent?.id ?? ''),
    amount: fromStripeAmount(dispute.amount, currency),
    evidence_details: { due_by: dispute.evidence_details.due_by },
    balance_transactions: dispute.balance_transactions.map((move) => ({
      fee: fromStripeAmount(move.fee, move.currency),
      currency: move.currency,
    })),
  };
}
