/**
 * Keeps a product's summary (price range, stock) equal to what its variants and their stock say.
 *
 * There is no transaction over several documents, so each summary is written by compare-and-set on
 * `summaryVersion`: a writer that read older facts loses and reads again. What still has to be told is
 * noted in the same write that caused it: `summaryPending` on a changed variant, and for stock the pair
 * `shown` (what the summary was last told) and `sellable`, which disagree exactly when the summary is wrong.
 * `shown` is null while a refresh runs, so a process that dies in one leaves a trace the sweep finds.
 */
import { summarise } from '../../domain/summarise.ts';
import { applyBackorderLimit } from './apply-backorder-limit.ts';
import { openStock } from './create-product.ts';
import type { Collections } from './database.ts';
import { toStoredPrices } from './documents.ts';
import { toVariant } from './product-mapping.ts';
import { untold } from './untold.ts';

/** Each lost round means another writer won one; what is left after these the sweep repairs. */
const MAX_ROUNDS = 10;

export async function refreshSummary(collections: Collections, productId: string): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    if (await refreshOnce(collections, productId)) return;
  }
}

/** @returns Whether the summary shows all there is to show. */
async function refreshOnce(collections: Collections, productId: string): Promise<boolean> {
  const { products, variants, inventory } = collections;
  const product = await products.findOne({ _id: productId }, { projection: { summaryVersion: 1 } });
  if (product === null) return true;
  const variantRows = await variants.find({ productId }).toArray();
  // The marks taken away below are those of these very versions: what another editor writes meanwhile keeps its own.
  const pending = variantRows.filter(({ summaryPending }) => summaryPending === true);
  for (const row of pending) {
    const { _id, opening, backorderLimit = 0, updatedAt } = row;
    // A process that added a variant may have stopped before its stock.
    if (opening !== undefined) {
      const variant = { id: _id, onHand: opening, backorderLimit };
      await openStock(collections, [{ productId, variant }], updatedAt);
    }
    await applyBackorderLimit(collections, row);
  }
  const target = product.summaryVersion + 1;
  await inventory.updateMany(
    { productId, shownVersion: { $lt: target } },
    { $set: { shown: null, shownVersion: target } },
  );
  const stockRows = await inventory.find({ productId }, { projection: { sellable: 1 } }).toArray();
  const summary = summarise(variantRows.map(toVariant), stockRows);
  const { matchedCount } = await products.updateOne(
    { _id: productId, summaryVersion: target - 1 },
    {
      $set: {
        minPrice: toStoredPrices(summary.minPrice),
        maxPrice: toStoredPrices(summary.maxPrice),
        inStock: summary.inStock,
        summaryVersion: target,
        ...untold(),
      },
    },
  );
  if (matchedCount === 0) return false;

  const sellable = stockRows.filter((row) => row.sellable > 0).map((row) => row._id);
  const soldOut = stockRows.filter((row) => row.sellable <= 0).map((row) => row._id);
  // Only where it is still true: a level that turned meanwhile stays null and takes another round.
  const told = await Promise.all([
    inventory.updateMany(
      { productId, shownVersion: target, _id: { $in: sellable }, sellable: { $gt: 0 } },
      { $set: { shown: true } },
    ),
    inventory.updateMany(
      { productId, shownVersion: target, _id: { $in: soldOut }, sellable: { $lte: 0 } },
      { $set: { shown: false } },
    ),
  ]);
  for (const row of pending) {
    await variants.updateOne(
      { _id: row._id, version: row.version },
      { $unset: { summaryPending: '', opening: '' } },
    );
  }
  return told.reduce((sum, result) => sum + result.matchedCount, 0) === stockRows.length;
}

/** @returns How many products were brought up to date. */
export async function repairSummaries(collections: Collections, limit: number): Promise<number> {
  const { variants, inventory } = collections;
  const options = { projection: { productId: 1 }, limit } as const;
  const lists = await Promise.all([
    inventory.find({ shown: true, sellable: { $lte: 0 } }, options).toArray(),
    inventory.find({ shown: false, sellable: { $gt: 0 } }, options).toArray(),
    inventory.find({ shown: null }, options).toArray(),
    variants.find({ summaryPending: true }, options).toArray(),
  ]);
  const productIds = new Set(lists.flat().map(({ productId }) => productId));
  for (const productId of productIds) await refreshSummary(collections, productId);
  return productIds.size;
}
