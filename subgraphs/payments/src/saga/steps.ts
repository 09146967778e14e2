/**
 * The steps of a payment. Each calls one other party, idempotently, and answers how to write down what came of it.
 *
 * Only two things are irrevocable: the stock's commit and the money's capture. What lies before is undone by VOID
 * and by the hold's end, a failure between the two by RESTOCK and VOID.
 */
import { paymentId as typedPaymentId, checkoutId as typedCheckoutId } from '../domain/ids.ts';
import type { PaymentFailure } from '../domain/model.ts';
import { inputError } from '../domain/user-error.ts';
import type { AuthorizeOutcome, Decline, PaymentProvider } from '../provider/payment-provider.ts';
import type { Next, SagaState } from '../store/saga-store.ts';
import type { SagaDeps } from './saga-deps.ts';

/** Makes the call; the result writes its outcome. */
export type Step = (deps: SagaDeps, saga: SagaState, signal: AbortSignal) => Promise<() => Next>;
export type WorkingStep = Exclude<SagaState['step'], 'RESERVE' | 'AWAIT_BUYER' | 'DONE'>;

export const STEPS: Readonly<Record<WorkingStep, Step>> = {
  AUTHORIZE: async ({ provider, sagas }, saga, signal) => {
    const { payment } = atProvider(saga);
    const outcome = await authorize(provider, saga, signal);
    if (outcome.kind === 'authorized') return () => sagas.authorized(saga, outcome);
    if (outcome.kind === 'unknown_method') {
      const message = 'The payment provider does not know this payment method.';
      const error = inputError('INVALID', ['input', 'paymentToken'], message);
      return () => sagas.declined(saga, { reference: null, card: null, failure: null, message, error });
    }
    const failure: PaymentFailure = { ...outcome.failure, at: new Date().toISOString() };
    const error = {
      __typename: 'PaymentDeclinedError',
      message: failure.message,
      field: ['input', 'paymentToken'],
      failure,
      paymentId: payment.id,
    } as const;
    const { reference, card } = outcome;
    return () => sagas.declined(saga, { reference, card, failure, message: failure.message, error });
  },

  COMMIT_STOCK: async ({ inventory, sagas }, saga, signal) => {
    const outcome = await inventory.commit(typedCheckoutId.fromUuid(saga.checkoutId), signal);
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
      { paymentId: typedPaymentId.fromUuid(payment.id), amount: payment.amount },
      { idempotencyKey: request.idempotencyKey, signal },
    );
    if (outcome.kind === 'captured') return () => sagas.captured(saga);
    return () =>
      sagas.captureFailed(saga, { code: 'CAPTURE_FAILED', message: 'The payment could not be taken.' });
  },

  RESTOCK: async ({ inventory, sagas }, saga, signal) => {
    await inventory.restock(typedCheckoutId.fromUuid(saga.checkoutId), signal);
    return () => sagas.restocked(saga);
  },

  VOID: async ({ provider, sagas }, saga, signal) => {
    const { payment, request } = atProvider(saga);
    await provider.cancel(
      { paymentId: typedPaymentId.fromUuid(payment.id) },
      { idempotencyKey: request.idempotencyKey, signal },
    );
    return () => sagas.voided(saga);
  },

  RELEASE_STOCK: async ({ inventory, sagas }, saga, signal) => {
    const reason = saga.failure?.code ?? 'CANCELED';
    await inventory.release(typedCheckoutId.fromUuid(saga.checkoutId), reason, signal);
    return () => sagas.released(saga);
  },
};

async function authorize(
  provider: PaymentProvider,
  saga: SagaState,
  signal: AbortSignal,
): Promise<AuthorizeOutcome> {
  const { payment, request } = atProvider(saga);
  const paymentId = typedPaymentId.fromUuid(payment.id);
  // A key the provider has forgotten would be a new charge: what it knows of the payment is asked instead.
  if (request.ageMs > provider.keyLifetimeMs) {
    const known = await provider.retrieve({ paymentId }, signal);
    if (known?.status === 'requires_capture' && known.card !== null) {
      return { kind: 'authorized', reference: known.reference, card: known.card };
    }
    if (known !== undefined) {
      const { reference, card, failure } = known;
      return { kind: 'declined', reference, card, failure: failure ?? NO_ANSWER };
    }
  }
  return provider.authorize(
    { paymentId, amount: payment.amount, token: request.token ?? '' },
    { idempotencyKey: request.idempotencyKey, signal },
  );
}

const NO_ANSWER: Decline = {
  code: 'PROCESSING_ERROR',
  message: 'The payment was not processed.',
  retryable: true,
};

function atProvider(saga: SagaState): {
  readonly payment: NonNullable<SagaState['payment']>;
  readonly request: NonNullable<SagaState['request']>;
} {
  const { payment, request } = saga;
  if (payment === null || request === null)
    throw new Error(`the saga is at ${saga.step} without a recorded intent`);
  return { payment, request };
}
