import type { AuthorStore } from '../author-store.ts';
import type { Collections } from './database.ts';
import { isDuplicateKey } from './mongo-errors.ts';

/** No version of an account is newer than its end. */
const FOR_GOOD = Number.MAX_SAFE_INTEGER;

export function createMongoAuthorStore({ authors }: Collections): AuthorStore {
  const keep = async (userId: string, name: string | null, sequence: number): Promise<void> => {
    try {
      await authors.updateOne(
        { _id: userId, sequence: { $lt: sequence } },
        { $set: { name, sequence } },
        { upsert: true },
      );
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      // What is there is as new. Or it was made at this very moment, and is older.
      await authors.updateOne({ _id: userId, sequence: { $lt: sequence } }, { $set: { name, sequence } });
    }
  };
  return {
    namesOf: async (userIds) =>
      (await authors.find({ _id: { $in: [...userIds] } }).toArray()).flatMap(({ _id, name }) =>
        name === null ? [] : [{ authorId: _id, name }],
      ),
    keepName: (userId, name, sequence) => keep(userId, name, sequence),
    forget: (userId) => keep(userId, null, FOR_GOOD),
  };
}
