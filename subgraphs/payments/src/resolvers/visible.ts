/** Who may see what. What a caller may not see looks to them as if it did not exist. */
import { hasScope, isSelf } from '@tributary/subgraph-kit';
import type { PaymentsContext } from '../context.ts';
import { provesSecret } from '../domain/client-secret.ts';
import type { Checkout } from '../domain/model.ts';

type Access = Pick<PaymentsContext, 'viewer' | 'opened'>;

/** Something of a checkout; without a buyer it is a guest's. */
interface Owned {
  readonly buyerId: string | null;
  readonly checkoutId: string;
}

/** Lets whoever shows a guest's secret see, in this request, what belongs to their checkout. */
export function openWithSecret(
  { opened }: Pick<PaymentsContext, 'opened'>,
  checkout: Checkout | null,
  clientSecret: string | null | undefined,
): void {
  if (checkout === null || clientSecret === null || clientSecret === undefined) return;
  if (provesSecret(checkout.clientSecretHash, clientSecret)) opened.add(checkout.id);
}

/** Whether it is theirs, whatever scopes they have: it is they who pay. */
export const isOwn = ({ viewer, opened }: Access, { buyerId, checkoutId }: Owned): boolean =>
  opened.has(checkoutId) || (buyerId !== null && isSelf(viewer, buyerId));

export const maySeeOrder = (access: Access, owned: Owned): boolean =>
  isOwn(access, owned) || hasScope(access.viewer, 'orders:read');

export const maySeePayment = (access: Access, owned: Owned): boolean =>
  isOwn(access, owned) || hasScope(access.viewer, 'payments:read');

export const visibleOrder = <T extends Owned>(access: Access, order: T | null): T | null =>
  order !== null && maySeeOrder(access, order) ? order : null;

export const visiblePayment = <T extends Owned>(access: Access, payment: T | null): T | null =>
  payment !== null && maySeePayment(access, payment) ? payment : null;

/** A checkout is its buyer's alone. */
export const visibleCheckout = (access: Access, checkout: Checkout | null): Checkout | null =>
  checkout !== null && isOwn(access, { buyerId: checkout.buyerId, checkoutId: checkout.id })
    ? checkout
    : null;
