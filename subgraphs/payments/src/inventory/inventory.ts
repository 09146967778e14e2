/** What payments needs of the products service. Every operation is idempotent by the reservation's id. */
import type { CheckoutLine } from '../domain/check-lines.ts';
import type { PricedLine } from '../domain/model.ts';
import type { CheckoutUserError } from '../domain/user-error.ts';

export interface Inventory {
  /** Holds the stock of all lines or of none, and says what they cost. */
  reserve(request: ReserveRequest, signal: AbortSignal): Promise<ReserveOutcome>;
  /** Irrevocable: the held stock is sold. */
  commit(reservationId: string, signal: AbortSignal): Promise<'committed' | 'refused'>;
  /** Gives held stock back; also right when nothing is held any more. */
  release(reservationId: string, reason: string, signal: AbortSignal): Promise<void>;
  /** Takes a sale back that was committed and could not be paid. */
  restock(reservationId: string, signal: AbortSignal): Promise<RestockOutcome>;
}

export interface ReserveRequest {
  readonly reservationId: string;
  readonly currency: string;
  readonly lines: readonly CheckoutLine[];
  readonly ttlSeconds: number;
}

export type ReserveOutcome =
  | { readonly kind: 'held'; readonly lines: readonly PricedLine[]; readonly expiresAt: Date }
  | { readonly kind: 'refused'; readonly errors: readonly CheckoutUserError[] }
  /** An earlier attempt held the stock, and the hold has ended since. */
  | { readonly kind: 'ended' };

/** `not-sold`: products does not have the goods as sold, and never will again, so there is nothing to put back. */
export type RestockOutcome = 'restocked' | 'not-sold';

/** No answer, or none that says what happened: the same call is made again. */
export class InventoryUnavailableError extends Error {
  constructor(cause: unknown) {
    super('the products service did not answer', { cause });
    this.name = 'InventoryUnavailableError';
  }
}
