/**
 * Every step is one update of one inventory document whose filter says what must still be true.
 * `sellable = onHand - reserved + backorderLimit` and `reserved = sum of held holds` hold after each of them.
 *
 * An operation is applied in the write that adds it to `ops`, and leaves `ops` only once its movement says what became of
 * it. So whoever reads the level first and the movement then sees it in one of the two, or it is new; and it is still new
 * when it is applied if `ops` does not have it and `forgets` is the number that was read. No clock is in this: a process
 * may sleep between any two of these for as long as it likes.
 */
import type { Logger } from '@tributary/service-kit';
import type { Filter, UpdateFilter } from 'mongodb';
import type { StockLevel } from '../../domain/model.ts';
import type { AdjustmentDecision, HoldOutcome, InventoryStore } from '../inventory-store.ts';
import type { Collections } from './database.ts';
import { NEVER, type InventoryDocument, type OperationDocument } from './documents.ts';
import { refreshSummary } from './refresh-summary.ts';

/**
 * How long consumed holds are remembered: a duplicate that comes later takes a hold once more, which the sweep gives back.
 * Operations are, too, and for longer when their movement is not decided; what that long saves is writes that forget them.
 */
const REMEMBER_MS = 3_600_000;
/** GraphQL Int. */
const MAX_ON_HAND = 2_147_483_647;
/** Each lost round means the level moved between two reads. */
const MAX_ROUNDS = 10;

export function createMongoInventoryStore(collections: Collections, logger: Logger): InventoryStore {
  const { inventory, movements } = collections;

  /** Applies a step, and tells the product when the variant sold out or came back. */
  const change = async (
    filter: Filter<InventoryDocument>,
    update: UpdateFilter<InventoryDocument>,
  ): Promise<boolean> => {
    const after = await inventory.findOneAndUpdate(filter, update, {
      returnDocument: 'after',
      projection: { productId: 1, sellable: 1, shown: 1 },
    });
    if (after === null) return false;
    // null: a refresh is running, sees the new level and takes another round.
    if (after.shown !== null && after.shown !== after.sellable > 0) {
      await refreshSummary(collections, after.productId).catch((error: unknown) => {
        // The step itself is done. What the summary lacks is visible in the document and swept up.
        logger.warn(
          { err: error, 'product.id': after.productId },
          'availability not refreshed, left to the sweep',
        );
      });
    }
    return true;
  };

  /** To be read after the level; undefined for an operation that is new or under way. */
  const decisionOf = async (operationId: string): Promise<AdjustmentDecision | undefined> => {
    const movement = await movements.findOne({ _id: operationId, state: DECIDED });
    if (movement === null) return undefined;
    if (movement.state === 'APPLIED') return { kind: 'applied' };
    return { kind: 'refused', available: movement.available ?? 0 };
  };

  /** Which of these have a movement that says what became of them. */
  const decidedOf = async (operationIds: readonly string[]): Promise<ReadonlySet<string>> => {
    if (operationIds.length === 0) return new Set();
    const found = movements.find(
      { _id: { $in: [...operationIds] }, state: DECIDED },
      { projection: { _id: 1 } },
    );
    return new Set((await found.toArray()).map(({ _id }) => _id));
  };

  return {
    levels: async (variantIds) =>
      (
        await inventory
          .find({ _id: { $in: [...variantIds] } }, { projection: { holds: 0, ops: 0 } })
          .toArray()
      ).map(toStockLevel),

    hold: async (variantId, { reservationId, quantity }, expiresAt, now): Promise<HoldOutcome> => {
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const held = await change(
          { _id: variantId, sellable: { $gte: quantity }, 'holds.rid': { $ne: reservationId } },
          {
            $inc: { sellable: -quantity, reserved: quantity, version: 1 },
            $push: { holds: { rid: reservationId, q: quantity, exp: expiresAt, s: 'H' } },
            $min: { nextExpiry: expiresAt },
            $set: { updatedAt: now },
          },
        );
        if (held) return { kind: 'held' };
        const level = await inventory.findOne({ _id: variantId }, { projection: { sellable: 1, holds: 1 } });
        if (level === null) return { kind: 'insufficient', available: 0 };
        if (level.holds.some(({ rid }) => rid === reservationId)) return { kind: 'held' };
        if (level.sellable < quantity) return { kind: 'insufficient', available: level.sellable };
      }
      return { kind: 'insufficient', available: 0 };
    },

    unhold: async (variantId, { reservationId, quantity }, now) => {
      await change(
        { _id: variantId, holds: { $elemMatch: { rid: reservationId, s: 'H' } } },
        {
          $inc: { sellable: quantity, reserved: -quantity, version: 1 },
          $pull: { holds: { rid: reservationId, s: 'H' } },
          $set: { updatedAt: now },
        },
      );
    },

    consume: async (variantId, { reservationId, quantity }, now) => {
      const forgetAt = new Date(now.getTime() + REMEMBER_MS);
      await inventory.updateOne(
        { _id: variantId, holds: { $elemMatch: { rid: reservationId, s: 'H' } } },
        {
          $inc: { onHand: -quantity, reserved: -quantity, version: 1 },
          $set: { 'holds.$.s': 'C', 'holds.$.exp': forgetAt, updatedAt: now },
          $min: { nextExpiry: forgetAt },
        },
      );
    },

    putBack: async (variantId, operationId, quantity, now) => {
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const level = await inventory.findOne({ _id: variantId }, { projection: { ops: 1, forgets: 1 } });
        if (level === null || level.ops.some(({ id }) => id === operationId)) return;
        if ((await decisionOf(operationId)) !== undefined) return;
        const applied = await change(stillNew(level, operationId), {
          $inc: { onHand: quantity, sellable: quantity, version: 1 },
          $push: { ops: { id: operationId, at: now } },
          $min: { nextExpiry: new Date(now.getTime() + REMEMBER_MS) },
          $set: { updatedAt: now },
        });
        if (applied) return;
      }
      throw new Error('the stock level kept moving while goods were put back');
    },

    adjust: async (variantId, operationId, delta, now): Promise<AdjustmentDecision> => {
      const forgetAt = new Date(now.getTime() + REMEMBER_MS);
      const guard = delta < 0 ? { sellable: { $gte: -delta } } : { onHand: { $lte: MAX_ON_HAND - delta } };
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const level = await inventory.findOne({ _id: variantId });
        if (level === null) throw new Error('an adjusted variant has no stock record');
        const decided = level.ops.find(({ id }) => id === operationId);
        if (decided !== undefined) {
          if (decided.refused === undefined) return { kind: 'applied' };
          return { kind: 'refused', available: decided.refused };
        }
        const recorded = await decisionOf(operationId);
        if (recorded !== undefined) return recorded;
        const undecided = stillNew(level, operationId);
        const applied = await change(
          { ...undecided, ...guard },
          {
            $inc: { onHand: delta, sellable: delta, version: 1 },
            $push: { ops: { id: operationId, at: now } },
            $min: { nextExpiry: forgetAt },
            $set: { updatedAt: now },
          },
        );
        if (applied) return { kind: 'applied' };
        const refuses = delta < 0 ? level.sellable < -delta : level.onHand > MAX_ON_HAND - delta;
        if (!refuses) continue;
        // A refusal is a decision too, in the same place: a duplicate that meets more stock later must not apply.
        await change(
          { ...undecided, version: level.version },
          {
            $push: { ops: { id: operationId, at: now, refused: level.sellable } },
            $inc: { version: 1 },
            $min: { nextExpiry: forgetAt },
          },
        );
      }
      throw new Error('the stock level kept moving while it was adjusted');
    },

    due: async (now, limit) =>
      (
        await inventory
          .find({ nextExpiry: { $lt: now } }, { projection: { holds: 1 } })
          .sort({ nextExpiry: 1 })
          .limit(limit)
          .toArray()
      ).map(({ _id, holds }) => ({
        variantId: _id,
        holds: holds.filter(({ s }) => s === 'H').map(({ rid, q }) => ({ reservationId: rid, quantity: q })),
      })),

    settle: async (variantId, now, liveUntil) => {
      const level = await inventory.findOne({ _id: variantId });
      if (level === null) return;
      const holds = level.holds.filter(({ s, exp }) => s === 'H' || exp > now);
      const old = level.ops.filter((operation) => forgottenAt(operation) <= now);
      const over = await decidedOf(old.map(({ id }) => id));
      const ops = level.ops.filter(({ id }) => !over.has(id));
      const times = [
        ...holds.map(({ s, exp }) => (s === 'H' && exp < liveUntil ? liveUntil : exp)),
        // Those that are old and not decided: like holds that are still live.
        ...ops.map(forgottenAt).map((time) => (time < liveUntil ? liveUntil : time)),
      ];
      const nextExpiry = times.reduce((earliest, time) => (time < earliest ? time : earliest), NEVER);
      // The version says that the lists are still the ones that were read.
      await inventory.updateOne(
        { _id: variantId, version: level.version },
        { $set: { holds, ops, nextExpiry }, $inc: { version: 1, ...(over.size > 0 && { forgets: 1 }) } },
      );
    },
  };
}

const DECIDED = { $ne: 'PENDING' } as const;

/** That nothing happened to the operation since the level was read, provided it was new then. */
function stillNew(
  { _id, forgets }: Pick<InventoryDocument, '_id' | 'forgets'>,
  operationId: string,
): Filter<InventoryDocument> {
  return { _id, 'ops.id': { $ne: operationId }, forgets: forgets ?? { $exists: false } };
}

const forgottenAt = ({ at }: OperationDocument): Date => new Date(at.getTime() + REMEMBER_MS);

function toStockLevel({
  _id,
  productId,
  onHand,
  reserved,
  sellable,
  backorderLimit = 0,
  updatedAt,
}: Omit<InventoryDocument, 'holds' | 'ops'>): StockLevel {
  return { variantId: _id, productId, onHand, reserved, sellable, backorderLimit, updatedAt };
}
