/** What may happen to a reservation after it was made: one compare-and-set decides, then it is carried out. */
import type { Reservation, ReservationStatus } from '../domain/reservation.ts';
import type { ReservationDeps } from './deps.ts';
import { finishReservation } from './finish-reservation.ts';

export type ChangeReservationOutcome =
  | { readonly kind: 'done'; readonly reservation: Reservation }
  | { readonly kind: 'not-found' }
  /** Its status does not allow this any more (or not yet). */
  | { readonly kind: 'wrong-state'; readonly reservation: Reservation };

interface Step {
  readonly from: readonly ReservationStatus[];
  readonly via: ReservationStatus;
  readonly to: ReservationStatus;
  readonly releaseReason?: string;
}

/** HELD -> COMMITTING is irrevocable: from then on the goods count as gone. */
export function commitReservation(deps: ReservationDeps, id: string): Promise<ChangeReservationOutcome> {
  return take(deps, id, { from: ['HELD'], via: 'COMMITTING', to: 'COMMITTED' });
}

export function releaseReservation(
  deps: ReservationDeps,
  id: string,
  reason: string,
): Promise<ChangeReservationOutcome> {
  return take(deps, id, {
    from: ['PENDING', 'HELD'],
    via: 'RELEASING',
    to: 'RELEASED',
    releaseReason: reason,
  });
}

export async function restockReservation(
  deps: ReservationDeps,
  id: string,
): Promise<ChangeReservationOutcome> {
  const [reservation] = await deps.store.reservations.byIds([id]);
  // A commit that was decided is carried out first: goods can only be put back once they are off the shelf.
  if (reservation?.status === 'COMMITTING') await finishReservation(deps, reservation);
  return take(deps, id, { from: ['COMMITTED'], via: 'RESTOCKING', to: 'RESTOCKED' });
}

/** Keeps a held reservation until `ttlSeconds` from now, or longer if it had longer. */
export async function extendReservation(
  { store, now }: ReservationDeps,
  id: string,
  ttlSeconds: number,
): Promise<ChangeReservationOutcome> {
  const extended = await store.reservations.extend(id, new Date(now().getTime() + ttlSeconds * 1_000), now());
  const [reservation] = await store.reservations.byIds([id]);
  if (reservation === undefined) return { kind: 'not-found' };
  return { kind: extended ? 'done' : 'wrong-state', reservation };
}

async function take(deps: ReservationDeps, id: string, step: Step): Promise<ChangeReservationOutcome> {
  const { store, now } = deps;
  const { releaseReason } = step;
  const taken = await store.reservations.transition(
    id,
    step.from,
    { to: step.via, ...(releaseReason !== undefined && { releaseReason }) },
    now(),
  );
  const decided = taken ?? (await store.reservations.byIds([id]))[0];
  if (decided === undefined) return { kind: 'not-found' };
  const reservation = decided.status === step.via ? await finishReservation(deps, decided) : decided;
  // A repeat finds it done, by itself or by somebody else.
  return { kind: reservation.status === step.to ? 'done' : 'wrong-state', reservation };
}
