/**
 * Finishes what stopped processes left, and lets go of what nobody came back for. Any number of processes
 * may sweep at once. Safety never depends on it or on clocks: it only decides when stock returns.
 */
import { EXPIRED, type ReservationStatus } from '../domain/reservation.ts';
import type { ReservationDeps } from './deps.ts';
import { finishReservation } from './finish-reservation.ts';

const BATCH = 100;
/** When to look again at a hold whose time is over and whose reservation lives. */
const LOOK_AGAIN_MS = 30_000;
/** Of these a hold is never freed, however old it is. What is committed has used up its own: what is left came too late. */
const OWNERS: readonly ReservationStatus[] = ['PENDING', 'HELD', 'COMMITTING'];

/** @returns How many records were touched. */
export async function sweepReservations(deps: ReservationDeps): Promise<number> {
  const expired = await expire(deps);
  const unfinished = await deps.store.reservations.unfinished(BATCH);
  for (const reservation of unfinished) await finishReservation(deps, reservation);
  return expired + unfinished.length + (await freeStock(deps));
}

async function expire({ store, now }: ReservationDeps): Promise<number> {
  const expired = await store.reservations.expired(now(), BATCH);
  for (const { id } of expired) {
    const change = { to: 'RELEASING', releaseReason: EXPIRED } as const;
    await store.reservations.transition(id, ['PENDING', 'HELD'], change, now(), now());
  }
  return expired.length;
}

/** Holds of reservations that are over, which only a process that died in the middle leaves behind. */
async function freeStock({ store, now }: ReservationDeps): Promise<number> {
  const due = await store.inventory.due(now(), BATCH);
  const ids = [...new Set(due.flatMap(({ holds }) => holds.map(({ reservationId }) => reservationId)))];
  const live = new Set(
    (ids.length === 0 ? [] : await store.reservations.byIds(ids))
      .filter(({ status }) => OWNERS.includes(status))
      .map(({ id }) => id),
  );
  for (const { variantId, holds } of due) {
    for (const hold of holds) {
      if (!live.has(hold.reservationId)) await store.inventory.unhold(variantId, hold, now());
    }
    await store.inventory.settle(variantId, now(), new Date(now().getTime() + LOOK_AGAIN_MS));
  }
  return due.length;
}
