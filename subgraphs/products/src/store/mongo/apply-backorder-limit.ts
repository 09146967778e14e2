/**
 * How many of a variant may be sold that are not there yet is set with the variant, and guarded where stock is taken: in
 * the level, as part of `sellable`. So the write that changes the variant marks it (`summaryPending`), and here the level
 * follows, by the difference and only once for each version of the variant.
 */
import type { Collections } from './database.ts';
import type { VariantDocument } from './documents.ts';

/** Each lost round means that another process told the level of a version. */
const MAX_ROUNDS = 10;

/**
 * A limit below what was promised already leaves `sellable` negative: nothing is taken back, and nothing more is sold.
 *
 * @throws Error when others keep changing it: the mark stays, and the sweep comes back.
 */
export async function applyBackorderLimit(
  { inventory }: Pick<Collections, 'inventory'>,
  { _id, version, backorderLimit = 0 }: Pick<VariantDocument, '_id' | 'version' | 'backorderLimit'>,
): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const level = await inventory.findOne({ _id }, { projection: { backorderLimit: 1, limitVersion: 1 } });
    if (level === null || (level.limitVersion ?? 0) >= version) return;
    const { matchedCount } = await inventory.updateOne(
      { _id, limitVersion: level.limitVersion ?? { $exists: false } },
      {
        $inc: { sellable: backorderLimit - (level.backorderLimit ?? 0), version: 1 },
        $set: { backorderLimit, limitVersion: version },
      },
    );
    if (matchedCount === 1) return;
  }
  throw new Error('the backorder limit of a variant kept changing while its stock was told of it');
}
