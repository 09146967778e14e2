import { erasedAuthorOf } from '../../domain/erased-author.ts';
import type { PersonalDataStore } from '../personal-data-store.ts';
import type { Collections } from './database.ts';

const BATCH = 500;

export function createMongoPersonalDataStore({ authors, reviews }: Collections): PersonalDataStore {
  return {
    collect: async (userId) => ({
      displayName: (await authors.findOne({ _id: userId }))?.name ?? null,
      reviews: await reviews
        .find({ authorId: userId }, { projection: { uncounted: 0, version: 0, authorId: 0 } })
        .sort({ createdAt: 1, _id: 1 })
        .map(({ _id, ...review }) => ({ id: _id, ...review }))
        .toArray(),
    }),
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
