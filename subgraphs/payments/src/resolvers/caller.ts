import type { PaymentsContext } from '../context.ts';

/** Whose an idempotency key is: the person's, the service's, or that of the checkout whose secret was shown. */
export function callerOf(
  { viewer, opened }: Pick<PaymentsContext, 'viewer' | 'opened'>,
  { checkoutId }: { readonly checkoutId: string },
): string {
  return opened.has(checkoutId) || viewer.kind === 'anonymous' ? `checkout ${checkoutId}` : viewer.id;
}
