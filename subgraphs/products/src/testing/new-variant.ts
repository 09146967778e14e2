import { variantIds } from '../domain/ids.ts';
import type { NewVariant } from '../domain/model.ts';

/** What a test is about it says in `changes`. */
export function newVariant(changes: Partial<NewVariant> = {}): NewVariant {
  const id = variantIds.generate();
  return {
    id,
    sku: id,
    title: 'x',
    options: [],
    prices: { EUR: 100 },
    compareAtPrices: {},
    taxCategory: 'standard',
    barcode: null,
    weightGrams: null,
    trackInventory: true,
    backorderLimit: 0,
    lowStockThreshold: null,
    onHand: 1,
    ...changes,
  };
}
