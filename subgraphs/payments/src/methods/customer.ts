import { DependencyUnavailableError } from '@tributary/service-kit';
import { paymentCustomerId } from '../domain/ids.ts';
import { ProviderRejectedError, ProviderUnavailableError } from '../provider/payment-provider.ts';
import type { Customer } from '../store/method-store.ts';
import type { MethodDeps } from './method-deps.ts';

/**
 * The provider's own id of a customer, who is made there when they are needed first.
 *
 * @throws ProviderUnavailableError, ProviderRejectedError
 */
export async function referenceOf(
  { provider, methods }: MethodDeps,
  { id, reference }: Customer,
  signal: AbortSignal,
): Promise<string> {
  if (reference !== null) return reference;
  const idempotencyKey = paymentCustomerId.fromUuid(id);
  const made = await provider.createCustomer(idempotencyKey, { idempotencyKey, signal });
  await methods.nameCustomer(id, made);
  return made;
}

/**
 * The provider forgets who has deleted their account, and then so do we. Repeated, it goes on where it stopped.
 *
 * @throws DependencyUnavailableError when the provider does not answer: it is to be done again.
 */
export async function forgetCustomer(deps: MethodDeps, buyerId: string): Promise<void> {
  const { methods, provider, timing, logger } = deps;
  for (const { id, reference, provider: code } of await methods.customersOf(buyerId)) {
    if (reference !== null && code === provider.code) {
      const call = {
        idempotencyKey: `${paymentCustomerId.fromUuid(id)}:DELETE`,
        signal: AbortSignal.timeout(timing.providerTimeoutMs),
      };
      try {
        await provider.deleteCustomer(reference, call);
      } catch (error) {
        if (!(error instanceof ProviderUnavailableError || error instanceof ProviderRejectedError))
          throw error;
        throw new DependencyUnavailableError('The payment provider', error);
      }
    } else if (reference !== null) {
      const fields = { 'payment.provider': code, 'customer.reference': reference };
      logger.error(fields, 'a customer of another provider has to be deleted there by hand');
    }
    await methods.removeCustomer(id);
  }
}
