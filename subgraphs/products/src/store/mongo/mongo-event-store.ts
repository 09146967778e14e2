/**
 * Events of products, without a transaction: the write that changes a product marks it `untold`, and any instance then makes
 * an event of what the product is by now. `toldVersion` is counted up in the read that makes it, so a higher one is of a
 * later moment; the mark goes only when it is still the one that was read. Who dies between leaves the mark, and the product
 * is told of once more.
 */
import type { DomainEvent } from '@tributary/subgraph-kit/events';
import type { EventStore } from '../event-store.ts';
import type { Collections } from './database.ts';
import { NEVER } from './documents.ts';
import { isDuplicateKey } from './mongo-errors.ts';
import { EVENT_FIELDS, toProductEvent } from './product-event.ts';
import { VISIBLE } from './product-mapping.ts';
import { untold } from './untold.ts';

const BATCH = 100;

export function createMongoEventStore({ products, eventDeliveries }: Collections): EventStore {
  const append = async (subscriber: string, event: DomainEvent, sequence: number, now: Date) => {
    const _id = idOf(subscriber, event.subject);
    const older = { _id, sequence: { $lt: sequence } };
    const begin = { nextAttemptAt: now, attempts: 0, since: now };
    try {
      await eventDeliveries.updateOne(
        older,
        { $set: { subscriber, event, sequence }, $setOnInsert: begin },
        { upsert: true },
      );
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      // What is there is as new. Or it was made at this very moment, and is older.
      await eventDeliveries.updateOne(older, { $set: { event, sequence } });
    }
    // A dead letter has something new to say.
    await eventDeliveries.updateOne(
      { _id, sequence, diedAt: { $exists: true } },
      { $set: begin, $unset: { diedAt: '' } },
    );
  };

  const tell = async (productId: string, subscribers: readonly string[], now: Date): Promise<void> => {
    const product = await products.findOneAndUpdate(
      { _id: productId, untold: { $exists: true } },
      { $inc: { toldVersion: 1 } },
      { returnDocument: 'after', projection: EVENT_FIELDS },
    );
    if (product?.untold === undefined) return;
    const event = toProductEvent(product, now);
    for (const subscriber of subscribers) await append(subscriber, event, product.toldVersion ?? 0, now);
    await products.updateOne({ _id: productId, untold: product.untold }, { $unset: { untold: '' } });
  };

  return {
    collect: async (subscribers, now) => {
      const rows = await products
        .find({ untold: { $exists: true } }, { projection: { _id: 1 }, limit: BATCH })
        .toArray();
      for (const { _id } of rows) await tell(_id, subscribers, now);
      return rows.length;
    },
    keepOnly: async (subscribers) => {
      await eventDeliveries.deleteMany({ subscriber: { $nin: [...subscribers] } });
    },
    announceAll: async () =>
      (await products.updateMany({ status: { $in: VISIBLE } }, { $set: untold() })).matchedCount,
    retryDead: async (now) =>
      (
        await eventDeliveries.updateMany(
          { diedAt: { $exists: true } },
          { $set: { nextAttemptAt: now, since: now }, $unset: { diedAt: '' } },
        )
      ).matchedCount,

    claim: async (subscriber, now, leasedUntil) => {
      const delivery = await eventDeliveries.findOneAndUpdate(
        { subscriber, nextAttemptAt: { $lte: now } },
        { $set: { nextAttemptAt: leasedUntil }, $inc: { attempts: 1 } },
        { sort: { nextAttemptAt: 1 }, returnDocument: 'after' },
      );
      if (delivery === null) return undefined;
      const { event, sequence, since, attempts } = delivery;
      return { event, seq: sequence, createdAt: since, attempts };
    },
    markDelivered: async (subscriber, { event, seq }, now) => {
      const _id = idOf(subscriber, event.subject);
      await eventDeliveries.deleteOne({ _id, sequence: seq });
      // There is a newer one meanwhile: it need not wait for the end of the lease.
      await eventDeliveries.updateOne(
        { _id, sequence: { $gt: seq } },
        { $set: { nextAttemptAt: now, attempts: 0, since: now }, $unset: { lastError: '' } },
      );
    },
    markFailed: async ({ subscriber, due: { event, seq }, error, now, nextAttemptAt }) => {
      await eventDeliveries.updateOne(
        { _id: idOf(subscriber, event.subject), sequence: seq },
        {
          $set: {
            lastError: error,
            ...(nextAttemptAt === undefined ? { diedAt: now, nextAttemptAt: NEVER } : { nextAttemptAt }),
          },
        },
      );
    },
  };
}

const idOf = (subscriber: string, subject: string): string => `${subscriber}/${subject}`;
