import type { PaymentProvider } from '../provider/payment-provider.ts';
import type { DisputeStore } from '../store/dispute-store.ts';

/**
 * Writes down what the provider says of a payment's disputes now.
 *
 * @returns false when that cannot be done yet: the payment's capture is still being written down.
 */
export async function lookAtDisputes(
  { disputes, provider }: { readonly disputes: DisputeStore; readonly provider: PaymentProvider },
  paymentReference: string,
  signal: AbortSignal,
): Promise<boolean> {
  for await (const dispute of provider.listDisputes(paymentReference, signal)) {
    if ((await disputes.settle(provider.code, dispute)) === 'early') return false;
  }
  return true;
}
