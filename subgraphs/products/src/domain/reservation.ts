/** A reservation's record. Its `status` moves only forward, one compare-and-set at a time. */
export type ReservationStatus =
  'PENDING' | 'HELD' | 'COMMITTING' | 'COMMITTED' | 'RELEASING' | 'RELEASED' | 'RESTOCKING' | 'RESTOCKED';

export interface ReservationLine {
  readonly variantId: string;
  readonly productId: string;
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly unitAmount: number;
  readonly taxCategory: string;
  readonly requiresShipping: boolean;
  readonly variantVersion: number;
  /** As of when it was reserved: false for a line that takes nothing off a level, and puts nothing back. */
  readonly trackInventory: boolean;
}

/** A line that could not be held, kept so that a repeated request gets the same answer. */
export interface Shortage {
  readonly variantId: string;
  readonly requested: number;
  readonly available: number;
}

export interface Reservation {
  readonly id: string;
  readonly status: ReservationStatus;
  /** Of the input that made it: the same id with other input is refused. */
  readonly fingerprint: string;
  readonly currency: string;
  readonly lines: readonly ReservationLine[];
  readonly expiresAt: Date;
  readonly releaseReason: string | null;
  readonly shortages: readonly Shortage[];
}

export interface ReservationRequest {
  readonly id: string;
  readonly currency: string;
  readonly lines: readonly { readonly variantId: string; readonly quantity: number }[];
  readonly ttlSeconds: number;
}

/** Why a reservation was released by this service itself; callers' reasons are free text. */
export const OUT_OF_STOCK = 'OUT_OF_STOCK';
export const EXPIRED = 'EXPIRED';

/**
 * Order of lines does not matter, and neither does the time to live: a caller that retries later asks
 * for what is left of its own deadline.
 */
export function fingerprintOf(request: Pick<ReservationRequest, 'currency' | 'lines'>): string {
  const lines = request.lines.map(({ variantId, quantity }) => `${variantId}:${quantity}`).sort();
  return `${request.currency} ${lines.join(' ')}`;
}

/**
 * Lines whose stock is counted. Every process goes through them in this order, so that two baskets with the same goods
 * cannot starve each other.
 */
export function trackedLines<T extends Pick<ReservationLine, 'variantId' | 'trackInventory'>>(
  lines: readonly T[],
): readonly T[] {
  const tracked = lines.filter(({ trackInventory }) => trackInventory);
  return tracked.sort((a, b) => (a.variantId < b.variantId ? -1 : a.variantId > b.variantId ? 1 : 0));
}
