import type { Reservation, ReservationStatus } from '../domain/reservation.ts';

export interface TransitionChange {
  readonly to: ReservationStatus;
  readonly releaseReason?: string;
  readonly shortages?: Reservation['shortages'];
}

/** The decision records. Every write may be repeated: it takes effect once. */
export interface ReservationStore {
  byIds(ids: readonly string[]): Promise<readonly Reservation[]>;
  /** Answers the record that has the id: this one, or the one that was there before. */
  insert(reservation: Reservation, now: Date): Promise<Reservation>;
  /**
   * One compare-and-set: whoever finds the record in one of `from` decides what becomes of it.
   *
   * @param expiredBefore Moves it only if it expired before that.
   * @returns The record as this call left it; undefined when it did not move it.
   */
  transition(
    id: string,
    from: readonly ReservationStatus[],
    change: TransitionChange,
    now: Date,
    expiredBefore?: Date,
  ): Promise<Reservation | undefined>;
  /** Never shortens. False unless HELD. */
  extend(id: string, expiresAt: Date, now: Date): Promise<boolean>;
  expired(now: Date, limit: number): Promise<readonly Reservation[]>;
  /** What was decided and not yet carried out, longest waiting first. */
  unfinished(limit: number): Promise<readonly Reservation[]>;
}
