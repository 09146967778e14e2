import type { StockLevel, VariantContent } from './model.ts';

const LOW_STOCK = 5;

export type StockStatus = 'IN_STOCK' | 'LOW_STOCK' | 'OUT_OF_STOCK' | 'BACKORDER' | 'NOT_TRACKED';

type Level = Pick<StockLevel, 'onHand' | 'reserved' | 'sellable'>;

/** @param level Null for a variant without a stock record, which cannot be sold while its stock is tracked. */
export function stockStatus(
  { trackInventory, lowStockThreshold }: Pick<VariantContent, 'trackInventory' | 'lowStockThreshold'>,
  level: Level | null,
): StockStatus {
  if (!trackInventory) return 'NOT_TRACKED';
  if (level === null || level.sellable <= 0) return 'OUT_OF_STOCK';
  const available = availableOf(level);
  if (available <= 0) return 'BACKORDER';
  return available <= (lowStockThreshold ?? LOW_STOCK) ? 'LOW_STOCK' : 'IN_STOCK';
}

/** What is there and promised to nobody; negative when more is promised than is there. */
export const availableOf = ({ onHand, reserved }: Pick<Level, 'onHand' | 'reserved'>): number =>
  onHand - reserved;

export const isSellable = (
  { trackInventory }: Pick<VariantContent, 'trackInventory'>,
  level: Pick<Level, 'sellable'> | null,
): boolean => !trackInventory || (level !== null && level.sellable > 0);
