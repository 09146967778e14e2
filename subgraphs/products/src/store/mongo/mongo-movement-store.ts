import type { Movement, MovementStore } from '../movement-store.ts';
import type { Collections } from './database.ts';
import type { MovementDocument } from './documents.ts';
import { isDuplicateKey } from './mongo-errors.ts';
import { afterPosition } from './product-filter.ts';

export function createMongoMovementStore({ movements }: Collections): MovementStore {
  return {
    insert: async (movement) => {
      const { id, ...rest } = movement;
      try {
        await movements.insertOne({ _id: id, ...rest });
        return movement;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        const existing = await movements.findOne({ _id: id });
        if (existing === null) throw error;
        return toMovement(existing);
      }
    },
    decide: async (id, state, available) => {
      await movements.updateOne({ _id: id, state: 'PENDING' }, { $set: { state, available } });
    },
    undecided: async (startedBefore, limit) =>
      (
        await movements
          .find({ state: 'PENDING', at: { $lt: startedBefore } })
          .sort({ at: 1 })
          .limit(limit)
          .toArray()
      ).map(toMovement),
    ofVariant: async (variantId, size, position) =>
      (
        await movements
          .find({
            variantId,
            state: 'APPLIED',
            ...(position !== undefined && afterPosition({ path: 'at', direction: -1 }, position)),
          })
          .sort({ at: -1, _id: -1 })
          .limit(size + 1)
          .toArray()
      ).map(toMovement),
  };
}

function toMovement({ _id, ...movement }: MovementDocument): Movement {
  return { id: _id, ...movement };
}
