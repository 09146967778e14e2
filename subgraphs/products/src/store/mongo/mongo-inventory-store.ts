/**
 * Every step is one update of one inventory document whose filter says what must still be true.
 * `sellable = onHand - reserved + backorderLimit` and `reserved = sum of held holds` hold after each of them.
 */
import type { Logger } from '@tributary/service-kit';
import type { Filter, UpdateFilter } from 'mongodb';
import type { StockLevel } from '../../domain/model.ts';
import type { AdjustmentDecision, HoldOutcome, InventoryStore } from '../inventory-store.ts';
import type { Collections } from './database.ts';
import { NEVER, type InventoryDocument } from './documents.ts';
import { refreshSummary } from './refresh-summary.ts';

/**
 * How long consumed holds and applied operations are remembered. A duplicate that arrives later than this
 * after its original would not be recognised: far longer than any request or retry lives.
 */
const REMEMBER_MS = 3_600_000;
/** GraphQL Int. */
const MAX_ON_HAND = 2_147_483_647;
/** Each lost round means the level moved between two reads. */
const MAX_ROUNDS = 10;

export function createMongoInventoryStore(collections: Collections, logger: Logger): InventoryStore {
  const { inventory } = collections;

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
      await change(
        { _id: variantId, 'ops.id': { $ne: operationId } },
        {
          $inc: { onHand: quantity, sellable: quantity, version: 1 },
          $push: { ops: { id: operationId, at: now } },
          $min: { nextExpiry: new Date(now.getTime() + REMEMBER_MS) },
          $set: { updatedAt: now },
        },
      );
    },

    adjust: async (variantId, operationId, delta, now): Promise<AdjustmentDecision> => {
      const forgetAt = new Date(now.getTime() + REMEMBER_MS);
      const undecided = { _id: variantId, 'ops.id': { $ne: operationId } };
      const guard = delta < 0 ? { sellable: { $gte: -delta } } : { onHand: { $lte: MAX_ON_HAND - delta } };
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
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
        const level = await inventory.findOne({ _id: variantId });
        if (level === null) throw new Error('an adjusted variant has no stock record');
        const decided = level.ops.find(({ id }) => id === operationId);
        if (decided !== undefined) {
          if (decided.refused === undefined) return { kind: 'applied' };
          return { kind: 'refused', available: decided.refused };
        }
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
      const ops = level.ops.filter(({ at }) => at.getTime() + REMEMBER_MS > now.getTime());
      const times = [
        ...holds.map(({ s, exp }) => (s === 'H' && exp < liveUntil ? liveUntil : exp)),
        ...ops.map(({ at }) => new Date(at.getTime() + REMEMBER_MS)),
      ];
      const nextExpiry = times.reduce((earliest, time) => (time < earliest ? time : earliest), NEVER);
      // The version says that the lists are still the ones that were read.
      await inventory.updateOne(
        { _id: variantId, version: level.version },
        { $set: { holds, ops, nextExpiry }, $inc: { version: 1 } },
      );
    },
  };
}

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
