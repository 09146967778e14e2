import { setTimeout as delay } from 'node:timers/promises';
import type { CheckoutLine } from '../domain/check-lines.ts';
import type { OrderAddress, PricedLine } from '../domain/model.ts';
import { retryDelayMs } from '../domain/retry-delay.ts';
import { inputError, type InputError } from '../domain/user-error.ts';
import { InventoryUnavailableError, type ReserveOutcome } from '../inventory/inventory.ts';
import { priceCheckout, type Prices } from '../pricing/price-checkout.ts';
import type { SagaDeps } from './saga-deps.ts';

const MAX_RESERVE_TRIES = 3;

export interface HoldRequest {
  /** Of the hold: products knows it by this. */
  readonly reservationId: string;
  readonly currency: string;
  readonly lines: readonly CheckoutLine[];
  readonly ttlSeconds: number;
}

/** Undefined when products gave no answer to any try. */
export async function holdStock(
  { inventory, timing, onCheckpoint }: SagaDeps,
  { reservationId, currency, lines, ttlSeconds }: HoldRequest,
): Promise<ReserveOutcome | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    onCheckpoint('RESERVE: before the call');
    try {
      const signal = AbortSignal.timeout(timing.inventoryTimeoutMs);
      const outcome = await inventory.reserve({ reservationId, currency, lines, ttlSeconds }, signal);
      onCheckpoint('RESERVE: after the call');
      return outcome;
    } catch (error) {
      if (!(error instanceof InventoryUnavailableError)) throw error;
      if (attempt === MAX_RESERVE_TRIES) return undefined;
      await delay(retryDelayMs(attempt));
    }
  }
}

interface Sale {
  readonly currency: string;
  /** As products priced them. */
  readonly lines: readonly PricedLine[];
  readonly shippingAddress: OrderAddress | null;
  readonly billingAddress: OrderAddress | null;
}

/** What it costs, or why it cannot be sold so; undefined when a calculator gave no answer. */
export async function priceSale(
  { calculators, logger }: SagaDeps,
  sale: Sale,
): Promise<Prices | { readonly error: InputError } | undefined> {
  let prices: Prices | { readonly error: InputError };
  try {
    prices = await priceCheckout(calculators, sale);
  } catch (error) {
    logger.error({ err: error }, 'shipping or tax could not be calculated');
    return undefined;
  }
  if ('error' in prices || prices.total > 0) return prices;
  return { error: inputError('INVALID', ['input', 'lines'], 'There is nothing to pay for.') };
}

/** @throws Error when products priced something else than was asked for: never charge for that. */
export function inAskedOrder(
  priced: readonly PricedLine[],
  { lines, currency }: Pick<HoldRequest, 'lines' | 'currency'>,
): readonly PricedLine[] {
  const byVariant = new Map(priced.map((line) => [line.variantId, line]));
  if (byVariant.size !== lines.length) throw new Error('products priced other lines than were asked for');
  return lines.map(({ variantId, quantity }) => {
    const line = byVariant.get(variantId);
    if (line?.quantity !== quantity || line.unitPrice.currency !== currency) {
      throw new Error('products priced another line than was asked for');
    }
    return line;
  });
}
