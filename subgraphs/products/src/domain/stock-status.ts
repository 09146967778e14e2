const LOW_STOCK = 5;

export type StockStatus = 'IN_STOCK' | 'LOW_STOCK' | 'OUT_OF_STOCK';

/** A variant without a stock record cannot be sold. */
export function stockStatus(sellable: number | undefined): StockStatus {
  if (sellable === undefined || sellable <= 0) return 'OUT_OF_STOCK';
  return sellable <= LOW_STOCK ? 'LOW_STOCK' : 'IN_STOCK';
}
