import { trackedLines, type Reservation } from '../domain/reservation.ts';
import type { ReservationDeps } from './deps.ts';

const KINDS = {
  /** The goods of a reservation left. */
  commit: { prefix: 'cmt', type: 'RESERVATION_COMMIT', sign: -1 },
  /** They were put back. */
  restock: { prefix: 'rst', type: 'RESTOCK', sign: 1 },
} as const;

/**
 * Writes down what a reservation did to the levels of its variants. It comes between the levels' change and the
 * end of the reservation, so what a stopped process did not write, whoever finishes the reservation writes.
 */
export async function journalLines(
  { store, now }: ReservationDeps,
  kind: keyof typeof KINDS,
  { id, lines }: Reservation,
): Promise<void> {
  const { prefix, type, sign } = KINDS[kind];
  for (const { variantId, quantity } of trackedLines(lines)) {
    await store.movements.insert({
      id: `${prefix}_${id}_${variantId}`,
      type,
      variantId,
      delta: sign * quantity,
      reason: null,
      reference: id,
      actorId: null,
      state: 'APPLIED',
      available: null,
      at: now(),
    });
  }
}
