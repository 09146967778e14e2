import type { StockLevel } from '../domain/model.ts';

export type HoldOutcome =
  { readonly kind: 'held' } | { readonly kind: 'insufficient'; readonly available: number };

export type AdjustmentDecision =
  | { readonly kind: 'applied' }
  /** Too little is sellable, or more would be on hand than a level can count. */
  | { readonly kind: 'refused'; readonly available: number };

export interface StockHold {
  readonly reservationId: string;
  readonly quantity: number;
}

/** A variant's holds that may be over, with the version under which they were read. */
export interface DueStock {
  readonly variantId: string;
  readonly holds: readonly StockHold[];
}

/**
 * Stock in steps that are each one atomic change of one variant's record, and that change nothing when
 * repeated: what the protocols in `reservations/` and `stock/` are made of.
 */
export interface InventoryStore {
  levels(variantIds: readonly string[]): Promise<readonly StockLevel[]>;

  /** Takes `quantity` off what is sellable, unless this reservation holds or has consumed it already. */
  hold(variantId: string, hold: StockHold, expiresAt: Date, now: Date): Promise<HoldOutcome>;
  /** Gives a hold back; nothing once it was consumed. */
  unhold(variantId: string, hold: StockHold, now: Date): Promise<void>;
  /** Turns a hold into goods that left; a marker stays so that a late `hold` cannot take them again. */
  consume(variantId: string, hold: StockHold, now: Date): Promise<void>;
  /** Puts goods back on hand, once per operation: the id of the movement that is written down afterwards. */
  putBack(variantId: string, operationId: string, quantity: number, now: Date): Promise<void>;
  /** Changes what is on hand, or refuses, once per operation, the id of its movement: a repeat gets the first decision. */
  adjust(variantId: string, operationId: string, delta: number, now: Date): Promise<AdjustmentDecision>;

  /** Variants with holds or markers whose time has come. */
  due(now: Date, limit: number): Promise<readonly DueStock[]>;
  /**
   * Drops old markers, those of operations only when their movement is decided, and sets when to look again: not before
   * `liveUntil` for what is still live.
   */
  settle(variantId: string, now: Date, liveUntil: Date): Promise<void>;
}
