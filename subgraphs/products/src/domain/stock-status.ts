const LOW_STOCK = 5;

export type StockStatus = 'IN_STOCK' | 'LOW_STOCK' | 'OUT_OF_STOCK';

/**
 * A variant without a stock record cannot be sold.
 *
 * @param threshold The variant's own idea of few.
 */
export function stockStatus(sellable: number | undefined, threshold: number | null): StockStatus {
  if (sellable === undefined || sellable <= 0) return 'OUT_OF_STOCK';
  return sellable <= (threshold ?? LOW_STOCK) ? 'LOW_STOCK' : 'IN_STOCK';
}
