/**
 * Carries out what a reservation's record has decided. Every step may run again and in several processes at
 * once; whoever finishes last closes the record.
 */
import { trackedLines, type Reservation, type ReservationStatus } from '../domain/reservation.ts';
import type { ReservationDeps } from './deps.ts';
import { journalLines, movementId } from './journal-lines.ts';

/** COMMITTING -> COMMITTED: the held goods leave. */
async function finishCommit(deps: ReservationDeps, reservation: Reservation): Promise<Reservation> {
  const { store, now } = deps;
  const { id, lines } = reservation;
  for (const { variantId, quantity } of trackedLines(lines)) {
    await store.inventory.consume(variantId, { reservationId: id, quantity }, now());
  }
  await journalLines(deps, 'commit', reservation);
  return end(deps, reservation, 'COMMITTED');
}

/** RELEASING -> RELEASED: the held goods are sellable again. */
export async function finishRelease(deps: ReservationDeps, reservation: Reservation): Promise<Reservation> {
  await giveBackHolds(deps, reservation);
  return end(deps, reservation, 'RELEASED');
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
async function finishRestock(deps: ReservationDeps, reservation: Reservation): Promise<Reservation> {
  const { store, now } = deps;
  const { id, lines } = reservation;
  for (const { variantId, quantity } of trackedLines(lines)) {
    await store.inventory.putBack(variantId, movementId('restock', id, variantId), quantity, now());
  }
  await journalLines(deps, 'restock', reservation);
  return end(deps, reservation, 'RESTOCKED');
}

/** The record as it is then, whoever closed it. */
async function end(
  { store, now }: ReservationDeps,
  reservation: Reservation,
  to: ReservationStatus,
): Promise<Reservation> {
  const { id, status } = reservation;
  const ended = await store.reservations.transition(id, [status], { to }, now());
  if (ended !== undefined) return ended;
  const [found = reservation] = await store.reservations.byIds([id]);
  return found;
}

/**
 * Whatever is decided and not yet carried out.
 *
 * @returns The record as it is then.
 */
export async function finishReservation(
  deps: ReservationDeps,
  reservation: Reservation,
): Promise<Reservation> {
  switch (reservation.status) {
    case 'COMMITTING':
      return finishCommit(deps, reservation);
    case 'RELEASING':
      return finishRelease(deps, reservation);
    case 'RESTOCKING':
      return finishRestock(deps, reservation);
    case 'PENDING':
    case 'HELD':
    case 'COMMITTED':
    case 'RELEASED':
    case 'RESTOCKED':
      return reservation;
    default:
      return reservation.status satisfies never;
  }
}
