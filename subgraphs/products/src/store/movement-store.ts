import type { Position } from '../domain/product-query.ts';

export type MovementState = 'PENDING' | 'APPLIED' | 'REFUSED';
export type MovementType = 'RECEIPT' | 'ADJUSTMENT' | 'RESERVATION_COMMIT' | 'RESTOCK';

/** One change of what is on hand of a variant, or an adjustment that was asked for and what became of it. */
export interface Movement {
  readonly id: string;
  readonly type: MovementType;
  readonly variantId: string;
  readonly delta: number;
  readonly reason: string | null;
  /** What it belongs to: a reservation's id, or the caller's own. */
  readonly reference: string | null;
  readonly actorId: string | null;
  readonly state: MovementState;
  /** What was sellable when it was refused. */
  readonly available: number | null;
  readonly at: Date;
}

/**
 * The journal of stock, and the intent log of adjustments. Rows are only added: all that are APPLIED of a
 * variant sum up to what is on hand of it, once nothing is under way. Every write may be repeated: it takes
 * effect once.
 */
export interface MovementStore {
  /** Answers the record that has the id: this one, or the one that was there before. */
  insert(movement: Movement): Promise<Movement>;
  /** Nothing when it was decided before. */
  decide(id: string, state: 'APPLIED' | 'REFUSED', available: number | null): Promise<void>;
  undecided(startedBefore: Date, limit: number): Promise<readonly Movement[]>;
  /** Up to `size + 1` that were applied, newest first. */
  ofVariant(variantId: string, size: number, position: Position | undefined): Promise<readonly Movement[]>;
}
