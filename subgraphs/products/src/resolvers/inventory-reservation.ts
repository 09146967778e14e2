import { ForbiddenError, type Viewer } from '@tributary/service-kit';
import { requireScope, toMoney } from '@tributary/subgraph-kit';
import type { ProductsContext } from '../context.ts';
import type { Reservation } from '../domain/reservation.ts';

/**
 * Reserving is between services: a person's token does not carry it, whatever scopes it names.
 *
 * @throws UnauthenticatedError, ForbiddenError
 */
export function requireReservingService(viewer: Viewer): void {
  requireScope(viewer, 'inventory:reserve');
  if (viewer.kind !== 'service') throw new ForbiddenError('Only services reserve stock.');
}

export const inventoryReservationResolvers = {
  __resolveReference: ({ id }: { id: string }, { loaders, viewer }: ProductsContext) => {
    requireReservingService(viewer);
    return loaders.reservation.load(id);
  },
  lines: ({ lines, currency }: Reservation) =>
    lines.map(({ unitAmount, ...line }) => ({ ...line, unitPrice: toMoney(unitAmount, currency) })),
};
