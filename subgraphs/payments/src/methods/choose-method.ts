import type { CheckoutCompleteInput } from '../domain/complete-input.ts';
import { paymentMethodId } from '../domain/ids.ts';
import { methodNotFound, MOST_METHODS, tooManyMethods } from '../domain/method-user-error.ts';
import { inputError, serviceUnavailable, type CheckoutUserError } from '../domain/user-error.ts';
import { ProviderUnavailableError } from '../provider/payment-provider.ts';
import type { ChosenMethod } from '../store/checkout-store.ts';
import { referenceOf } from './customer.ts';
import type { MethodDeps } from './method-deps.ts';

type Choice = ChosenMethod | { readonly error: CheckoutUserError };

/**
 * What a checkout is paid with, as the provider knows it, or why it cannot be.
 *
 * @param buyerId Whose checkout it is; null for a guest's, who keeps nothing.
 */
export function chooseMethod(
  deps: MethodDeps,
  buyerId: string | null,
  input: CheckoutCompleteInput,
): Promise<Choice> | Choice {
  const { paymentMethodId: id = null, paymentToken = null, savePaymentMethod, offSession = false } = input;
  if (id !== null) return chooseKept(deps, buyerId, id, offSession);
  const once = { token: paymentToken ?? '', use: 'ONCE', customer: null, offSession: false } as const;
  return savePaymentMethod === true ? keep(deps, buyerId, once) : once;
}

async function chooseKept(
  { methods, provider }: MethodDeps,
  buyerId: string | null,
  id: string,
  offSession: boolean,
): Promise<Choice> {
  const uuid = paymentMethodId.toUuid(id);
  const found = uuid === undefined ? undefined : await methods.findUsable(uuid);
  if (found === undefined || found.buyerId !== buyerId || found.provider !== provider.code) {
    return { error: methodNotFound(['input', 'paymentMethodId']) };
  }
  return { token: found.reference, use: 'KEPT', customer: found.customerReference, offSession };
}

async function keep(deps: MethodDeps, buyerId: string | null, once: ChosenMethod): Promise<Choice> {
  const { methods, provider, timing } = deps;
  if (buyerId === null) {
    const message = 'Only somebody who is signed in keeps payment methods.';
    return { error: inputError('UNSUPPORTED', ['input', 'savePaymentMethod'], message) };
  }
  const customer = await methods.customerOf(buyerId, provider.code);
  if ((await methods.count(customer.id)) >= MOST_METHODS) return { error: tooManyMethods() };
  try {
    const signal = AbortSignal.timeout(timing.providerTimeoutMs);
    return { ...once, use: 'KEEP', customer: await referenceOf(deps, customer, signal) };
  } catch (error) {
    if (!(error instanceof ProviderUnavailableError)) throw error;
    return { error: serviceUnavailable() };
  }
}
