import type { Movement, MovementStore } from '../movement-store.ts';
import type { Collections } from './database.ts';
import type { MovementDocument } from './documents.ts';
import { isDuplicateKey } from './mongo-errors.ts';

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
  };
}

function toMovement({ _id, ...movement }: MovementDocument): Movement {
  return { id: _id, ...movement };
}
