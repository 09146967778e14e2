import { trackedLines, type Reservation } from '../domain/reservation.ts';
import type { ReservationDeps } from './deps.ts';

const KINDS = {
  /** The goods of a reservation left. */
  commit: { prefix: 'cmt', type: 'RESERVATION_COMMIT', sign: -1 },
  /** They were put back. */
  restock: { prefix: 'rst', type: 'RESTOCK', sign: 1 },
} as const;

/** Of what a reservation does to one level, which has it once. */
export const movementId = (kind: keyof typeof KINDS, reservationId: string, variantId: string): string =>
  `${KINDS[kind].prefix}_${reservationId}_${variantId}`;

/**
 * Writes down what a reservation did to the levels of its variants. It comes between the levels' change and the
 * end of the reservation, so what a stopped process did not write, whoever finishes the reservation writes.
 */
export async function journalLines(
  { store, now }: ReservationDeps,
  kind: keyof typeof KINDS,
  { id, lines }: Reservation,
): Promise<void> {
  const { type, sign } = KINDS[kind];
  for (const { variantId, quantity } of trackedLines(lines)) {
    await store.movements.insert({
      id: movementId(kind, id, variantId),
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
