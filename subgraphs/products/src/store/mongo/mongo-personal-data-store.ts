import { erasedAuthorOf } from '../../domain/erased-author.ts';
import { readPosition } from '../../domain/product-query.ts';
import type { PersonalDataStore } from '../personal-data-store.ts';
import type { Collections } from './database.ts';
import { afterPosition } from './product-filter.ts';

const BATCH = 500;

export function createMongoPersonalDataStore({ authors, reviews }: Collections): PersonalDataStore {
  return {
    collect: async (userId, page) => {
      const position = readPosition(page, 'CREATED_AT');
      const author = position === undefined ? await authors.findOne({ _id: userId }) : null;
      const rows = await reviews
        .find(
          {
            authorId: userId,
            ...(position && afterPosition({ path: 'createdAt', direction: -1 }, position)),
          },
          { projection: { uncounted: 0, version: 0, authorId: 0 } },
        )
        .sort({ createdAt: -1, _id: -1 })
        .limit(page.size + 1)
        .map(({ _id, ...review }) => ({ id: _id, ...review }))
        .toArray();
      const shown = rows.slice(0, page.size);
      const last = rows.length > page.size ? shown.at(-1) : undefined;
      return {
        lists: {
          ...(author?.name !== undefined && author.name !== null && { displayNames: [author.name] }),
          reviews: shown,
        },
        last: last && [last.createdAt.toISOString(), last.id],
      };
    },
    erase: async (userId) => {
      // Stopped half-way, it goes on with those that are still the author's.
      for (;;) {
        const batch = await reviews
          .find({ authorId: userId }, { projection: { _id: 1 } })
          .limit(BATCH)
          .toArray();
        if (batch.length === 0) return;
        const updates = batch.map(({ _id }) => ({
          updateOne: { filter: { _id }, update: { $set: { authorId: erasedAuthorOf(_id) } } },
        }));
        await reviews.bulkWrite(updates, { ordered: false });
      }
    },
  };
}
