/**
 * The steps of a payment. Each calls one other party, idempotently, and answers how to write down what came of it.
 *
 * Only two things are irrevocable: the stock's commit and the money's capture. What lies before is undone by VOID
 * and by the hold's end, a failure between the two by RESTOCK and VOID. What somebody captures by hand is taken for good
 * too: where VOID finds that, it is given back.
 */
import { paymentId as typedPaymentId } from '../domain/ids.ts';
import type { CardDetails, PaymentFailure } from '../domain/model.ts';
import { inputError, paymentDeclined } from '../domain/user-error.ts';
import {
  ProviderRejectedError,
  type Authorized,
  type AuthorizeOutcome,
  type Decline,
  type IntentSnapshot,
  type PaymentProvider,
  type PaymentReference,
} from '../provider/payment-provider.ts';
import type { Next, SagaState, SagaStore } from '../store/saga-store.ts';
import type { SagaDeps } from './saga-deps.ts';

/** Makes the call; the result writes its outcome. */
export type Step = (deps: SagaDeps, saga: SagaState, signal: AbortSignal) => Promise<() => Next>;
export type WorkingStep = Exclude<SagaState['step'], 'RESERVE' | 'AWAIT_BUYER' | 'DONE'>;

export const STEPS: Readonly<Record<WorkingStep, Step>> = {
  AUTHORIZE: async ({ provider, sagas }, saga, signal) => {
    const { payment } = atProvider(saga);
    const outcome = await authorize(provider, saga, signal);
    if (outcome.kind === 'authorized') return () => sagas.authorized(saga, outcome);
    if (outcome.kind === 'action_required') return () => sagas.actionRequired(saga, outcome);
    if (outcome.kind === 'unknown_method') {
      const message = 'The payment provider does not know this payment method.';
      const error = inputError('INVALID', methodField(saga), message);
      return () => sagas.declined(saga, { reference: null, card: null, failure: null, message, error });
    }
    return () => declined(sagas, saga, payment.id, outcome);
  },

  AWAIT_ACTION: async ({ provider, sagas }, saga, signal) => {
    const payment = paymentOf(saga);
    const known = await provider.retrieve(referenceOf(payment), signal);
    if (known !== undefined && hasMoney(known)) {
      const authorized = toAuthorized(known);
      return () => sagas.authorized(saga, authorized);
    }
    if (known !== undefined && isUndecided(known)) {
      if (!saga.holdEnded) return () => sagas.stillWaiting(saga);
      const message = 'The buyer did not finish the payment in time.';
      return () => sagas.actionEnded(saga, { code: 'EXPIRED', message });
    }
    return () =>
      declined(sagas, saga, payment.id, {
        reference: known?.reference ?? null,
        card: known?.card ?? null,
        failure: known?.failure ?? NO_ANSWER,
      });
  },

  COMMIT_STOCK: async ({ inventory, sagas }, saga, signal) => {
    const outcome = await inventory.commit(saga.reservationId, signal);
    if (outcome === 'committed') return () => sagas.stockCommitted(saga);
    return () =>
      sagas.stockRefused(
        saga,
        saga.holdEnded
          ? { code: 'EXPIRED', message: 'The stock was no longer held when the payment came.' }
          : { code: 'OUT_OF_STOCK', message: 'The stock could not be kept for this purchase.' },
      );
  },

  CAPTURE: async ({ provider, sagas }, saga, signal) => {
    const { payment, request } = atProvider(saga);
    const outcome = await provider.capture(
      { ...referenceOf(payment), amount: payment.amount },
      { idempotencyKey: request.idempotencyKey, signal },
    );
    if (outcome.kind === 'captured') return () => sagas.captured(saga);
    return () =>
      sagas.captureFailed(saga, { code: 'CAPTURE_FAILED', message: 'The payment could not be taken.' });
  },

  RESTOCK: async ({ inventory, sagas }, saga, signal) => {
    const outcome = await inventory.restock(saga.reservationId, signal);
    return () => sagas.restocked(saga, outcome);
  },

  VOID: async ({ provider, sagas }, saga, signal) => {
    const { payment, request } = atProvider(saga);
    const outcome = await provider.cancel(referenceOf(payment), {
      idempotencyKey: request.idempotencyKey,
      signal,
    });
    return () =>
      outcome.kind === 'captured' ? sagas.capturedInstead(saga, outcome.intent) : sagas.voided(saga);
  },

  RELEASE_STOCK: async ({ inventory, sagas }, saga, signal) => {
    const reason = saga.failure?.code ?? 'CANCELED';
    await inventory.release(saga.reservationId, reason, signal);
    return () => sagas.released(saga);
  },
};

function declined(
  sagas: SagaStore,
  saga: SagaState,
  paymentId: string,
  outcome: {
    readonly reference: string | null;
    readonly card: CardDetails | null;
    readonly failure: Decline;
  },
): Next {
  const { reference, card } = outcome;
  const failure: PaymentFailure = { ...outcome.failure, at: new Date().toISOString() };
  const { message } = failure;
  return sagas.declined(saga, {
    reference,
    card,
    failure,
    message,
    error: paymentDeclined(failure, paymentId, methodField(saga)),
  });
}

async function authorize(
  provider: PaymentProvider,
  saga: SagaState,
  signal: AbortSignal,
): Promise<AuthorizeOutcome> {
  const { payment, request } = atProvider(saga);
  // A key the provider has forgotten would be a new charge: what it knows of the payment is asked instead.
  if (request.ageMs > provider.keyLifetimeMs) {
    const known = await provider.retrieve(referenceOf(payment), signal);
    if (known !== undefined && hasMoney(known)) return { kind: 'authorized', ...toAuthorized(known) };
    if (known?.status === 'requires_action' && known.action !== null) {
      return { kind: 'action_required', reference: known.reference, action: known.action };
    }
    if (known !== undefined && isUndecided(known)) {
      throw new ProviderRejectedError(
        `what became of ${known.reference} is not known: it is ${known.status}`,
      );
    }
    if (known !== undefined) {
      const { reference, card, failure } = known;
      return { kind: 'declined', reference, card, failure: failure ?? NO_ANSWER };
    }
  }
  return provider.authorize(
    {
      ...referenceOf(payment),
      amount: payment.amount,
      token: request.token ?? '',
      returnUrl: request.returnUrl,
      customer: request.customer,
      keepsMethod: payment.methodUse === 'KEEP',
      offSession: request.offSession,
    },
    { idempotencyKey: request.idempotencyKey, signal },
  );
}

/** Whoever captured it by hand has what this saga is about to take: capturing it finds that. */
const hasMoney = ({ status }: IntentSnapshot): boolean =>
  status === 'requires_capture' || status === 'succeeded';

/** Neither money nor a refusal: nobody may be told that they have not paid. */
const isUndecided = ({ status }: IntentSnapshot): boolean =>
  status === 'requires_action' || status === 'processing' || status === 'requires_confirmation';

/** @throws ProviderRejectedError for money that is not of a card, which nothing here has asked for. */
function toAuthorized({ reference, card, method }: IntentSnapshot): Authorized {
  if (card === null) throw new ProviderRejectedError(`${reference} is paid, but not with a card`);
  return { reference, card, method };
}

const methodField = ({ payment }: SagaState): readonly string[] => [
  'input',
  payment?.methodUse === 'KEPT' ? 'paymentMethodId' : 'paymentToken',
];

const referenceOf = ({ id, reference }: NonNullable<SagaState['payment']>): PaymentReference => ({
  paymentId: typedPaymentId.fromUuid(id),
  reference,
});

const NO_ANSWER: Decline = {
  code: 'PROCESSING_ERROR',
  message: 'The payment was not processed.',
  retryable: true,
};

function atProvider(saga: SagaState): {
  readonly payment: NonNullable<SagaState['payment']>;
  readonly request: NonNullable<SagaState['request']>;
} {
  const { request } = saga;
  if (request === null) throw new Error(`the saga is at ${saga.step} without a recorded intent`);
  return { payment: paymentOf(saga), request };
}

function paymentOf({ payment, step }: SagaState): NonNullable<SagaState['payment']> {
  if (payment === null) throw new Error(`the saga is at ${step} without a payment`);
  return payment;
}
