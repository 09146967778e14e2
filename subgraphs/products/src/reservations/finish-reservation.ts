/**
 * Carries out what a reservation's record has decided. Every step may run again and in several processes at
 * once; whoever finishes last closes the record.
 */
import { trackedLines, type Reservation } from '../domain/reservation.ts';
import type { ReservationDeps } from './deps.ts';
import { journalLines } from './journal-lines.ts';

/** COMMITTING -> COMMITTED: the held goods leave. */
export async function finishCommit(deps: ReservationDeps, reservation: Reservation): Promise<void> {
  const { store, now } = deps;
  const { id, lines } = reservation;
  for (const { variantId, quantity } of trackedLines(lines)) {
    await store.inventory.consume(variantId, { reservationId: id, quantity }, now());
  }
  await journalLines(deps, 'commit', reservation);
  await store.reservations.transition(id, ['COMMITTING'], { to: 'COMMITTED' }, now());
}

/** RELEASING -> RELEASED: the held goods are sellable again. */
export async function finishRelease(deps: ReservationDeps, reservation: Reservation): Promise<void> {
  await giveBackHolds(deps, reservation);
  await deps.store.reservations.transition(reservation.id, ['RELEASING'], { to: 'RELEASED' }, deps.now());
}

export async function giveBackHolds(
  { store, now }: ReservationDeps,
  { id, lines }: Reservation,
): Promise<void> {
  for (const { variantId, quantity } of trackedLines(lines)) {
    await store.inventory.unhold(variantId, { reservationId: id, quantity }, now());
  }
}

/** RESTOCKING -> RESTOCKED: goods that never left are put back, once. */
export async function finishRestock(deps: ReservationDeps, reservation: Reservation): Promise<void> {
  const { store, now } = deps;
  const { id, lines } = reservation;
  for (const { variantId, quantity } of trackedLines(lines)) {
    await store.inventory.putBack(variantId, `rst_${id}`, quantity, now());
  }
  await journalLines(deps, 'restock', reservation);
  await store.reservations.transition(id, ['RESTOCKING'], { to: 'RESTOCKED' }, now());
}

/** Whatever is decided and not yet carried out. */
export async function finishReservation(deps: ReservationDeps, reservation: Reservation): Promise<void> {
  switch (reservation.status) {
    case 'COMMITTING':
      await finishCommit(deps, reservation);
      return;
    case 'RELEASING':
      await finishRelease(deps, reservation);
      return;
    case 'RESTOCKING':
      await finishRestock(deps, reservation);
      return;
    case 'PENDING':
    case 'HELD':
    case 'COMMITTED':
    case 'RELEASED':
    case 'RESTOCKED':
      return;
    default:
      reservation.status satisfies never;
  }
}
