import { paymentMethodId } from '../domain/ids.ts';
import { methodDeclined } from '../domain/method-user-error.ts';
import { retryDelayMs } from '../domain/retry-delay.ts';
import { inputError } from '../domain/user-error.ts';
import {
  ProviderRejectedError,
  ProviderUnavailableError,
  type Decline,
  type SetupOutcome,
} from '../provider/payment-provider.ts';
import type { MethodWork, SettledSetup } from '../store/method-store.ts';
import { referenceOf } from './customer.ts';
import type { MethodDeps } from './method-deps.ts';

/** Within what every provider remembers a key. After that, or without the buyer at their bank, it was not to be. */
const KEEP_TRYING_MS = 20 * 60 * 60 * 1_000;
const REJECTED_DELAY_MS = 60_000;

/** Asks the provider once, and writes what came of it, or when to ask again. @returns What was written. */
export async function takeMethodTurn(deps: MethodDeps, work: MethodWork): Promise<SettledSetup | undefined> {
  const { methods, provider, timing, logger } = deps;
  const signal = AbortSignal.timeout(timing.providerTimeoutMs);
  try {
    if (work.status === 'DETACHING') {
      const idempotencyKey = `${paymentMethodId.fromUuid(work.id)}:DETACH`;
      await provider.forgetMethod(work.reference ?? '', { idempotencyKey, signal });
      await methods.detached(work.id);
      return undefined;
    }
    if (work.status === 'ACTIVE') return undefined;
    const outcome = settled(work, await ask(deps, work, signal));
    await methods.settle(work.id, outcome);
    return outcome;
  } catch (error) {
    const isRejected = error instanceof ProviderRejectedError;
    if (!isRejected && !(error instanceof ProviderUnavailableError)) throw error;
    const retryInMs = isRejected ? REJECTED_DELAY_MS : retryDelayMs(work.attempts + 1);
    const fields = { err: error, 'method.status': work.status, retryInMs };
    logger[isRejected ? 'error' : 'warn'](fields, 'a payment method is asked after again later');
    if (work.status !== 'DETACHING' && work.ageMs > KEEP_TRYING_MS) {
      await methods.settle(work.id, failed(NOT_SAVED));
    } else {
      await methods.postpone(work.id, retryInMs);
    }
    return undefined;
  }
}

async function ask(deps: MethodDeps, work: MethodWork, signal: AbortSignal): Promise<SetupOutcome> {
  const { provider } = deps;
  if (work.setupReference !== null) return provider.retrieveSetup(work.setupReference, signal);
  const methodId = paymentMethodId.fromUuid(work.id);
  const customer = await referenceOf(deps, work.customer, signal);
  const request = { methodId, customer, token: work.token ?? '', returnUrl: work.returnUrl };
  return provider.saveMethod(request, { idempotencyKey: `${methodId}:SETUP`, signal });
}

const FIELD = ['input', 'paymentToken'];

const NOT_SAVED: Decline = {
  code: 'PROCESSING_ERROR',
  message: 'The payment method was not saved.',
  retryable: true,
};

function settled({ ageMs }: MethodWork, outcome: SetupOutcome): SettledSetup {
  if (outcome.kind === 'action_required' && ageMs > KEEP_TRYING_MS) return failed(NOT_SAVED);
  if (outcome.kind === 'declined') return failed(outcome.failure);
  if (outcome.kind !== 'unknown_method') return outcome;
  const message = 'The payment provider does not know this payment method.';
  return { kind: 'failed', error: inputError('INVALID', FIELD, message), failure: null };
}

function failed(decline: Decline): SettledSetup {
  const failure = { ...decline, at: new Date().toISOString() };
  return { kind: 'failed', error: methodDeclined(failure, FIELD), failure };
}
