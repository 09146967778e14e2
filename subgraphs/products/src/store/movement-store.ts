export type MovementState = 'PENDING' | 'APPLIED' | 'REFUSED';

/** One adjustment as it was asked for, and what became of it. */
export interface Movement {
  readonly id: string;
  readonly variantId: string;
  readonly delta: number;
  readonly reason: string;
  readonly actorId: string | null;
  readonly state: MovementState;
  /** What was sellable when it was refused. */
  readonly available: number | null;
  readonly at: Date;
}

/** Log and intent log of adjustments. Every write may be repeated: it takes effect once. */
export interface MovementStore {
  /** Answers the record that has the id: this one, or the one that was there before. */
  insert(movement: Movement): Promise<Movement>;
  /** Nothing when it was decided before. */
  decide(id: string, state: 'APPLIED' | 'REFUSED', available: number | null): Promise<void>;
  undecided(startedBefore: Date, limit: number): Promise<readonly Movement[]>;
}
