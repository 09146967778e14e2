import type { Logger } from '@tributary/service-kit';
import { searchWordsOf } from '../../domain/search-words.ts';
import type { Collections } from './database.ts';

/** Small enough that an embedded server, which does one thing at a time, answers others in between. */
const BATCH = 100;

/** Gives each product the words it is found by today: those of earlier versions were cut. May be repeated. */
export async function rewriteWords({ products }: Collections, logger: Logger): Promise<void> {
  let rewritten = 0;
  const fields = { title: 1, brand: 1, attributes: 1, words: 1, version: 1 } as const;
  for (let after = ''; ;) {
    const rows = await products
      .find({ _id: { $gt: after } }, { projection: fields, sort: { _id: 1 }, limit: BATCH })
      .toArray();
    const updates = rows.flatMap((row) => {
      const words = searchWordsOf(row);
      if (words.join() === row.words.join()) return [];
      // Who changes a product meanwhile writes its words, too.
      return [{ updateOne: { filter: { _id: row._id, version: row.version }, update: { $set: { words } } } }];
    });
    if (updates.length > 0) await products.bulkWrite(updates, { ordered: false });
    rewritten += updates.length;
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last._id;
  }
  if (rewritten > 0) logger.info({ 'db.collection.name': 'products', rewritten }, 'search words rewritten');
}
