/** Who may see what. What a caller may not see looks to them as if it did not exist. */
import type { Viewer } from '@tributary/service-kit';
import { hasScope, isSelf } from '@tributary/subgraph-kit';

interface Owned {
  readonly buyerId: string;
}

export const maySeeOrders = (viewer: Viewer, buyerId: string): boolean =>
  isSelf(viewer, buyerId) || hasScope(viewer, 'orders:read');

export const maySeePayments = (viewer: Viewer, buyerId: string): boolean =>
  isSelf(viewer, buyerId) || hasScope(viewer, 'payments:read');

export const visibleOrder = <T extends Owned>(viewer: Viewer, order: T | null): T | null =>
  order !== null && maySeeOrders(viewer, order.buyerId) ? order : null;

export const visiblePayment = <T extends Owned>(viewer: Viewer, payment: T | null): T | null =>
  payment !== null && maySeePayments(viewer, payment.buyerId) ? payment : null;

/** A checkout is its buyer's alone. */
export const visibleCheckout = <T extends Owned>(viewer: Viewer, checkout: T | null): T | null =>
  checkout !== null && isSelf(viewer, checkout.buyerId) ? checkout : null;
