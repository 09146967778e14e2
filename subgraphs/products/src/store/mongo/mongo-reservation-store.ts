import { Long, type Filter, type UpdateFilter } from 'mongodb';
import type { Reservation, ReservationStatus } from '../../domain/reservation.ts';
import type { ReservationStore } from '../reservation-store.ts';
import type { Collections } from './database.ts';
import { toNumber, type ReservationDocument } from './documents.ts';
import { isDuplicateKey } from './mongo-errors.ts';

/**
 * How long a record is kept whose goods never left: longer than any retry needs it. The others are kept for good: a refund
 * has no latest day, and whoever gives goods back finds what was sold, and that it is back already. They are of no person.
 */
const KEEP_RELEASED_MS = 30 * 24 * 3_600_000;
const UNFINISHED: readonly ReservationStatus[] = ['COMMITTING', 'RELEASING', 'RESTOCKING'];

export function createMongoReservationStore({ reservations }: Collections): ReservationStore {
  return {
    byIds: async (ids) => (await reservations.find({ _id: { $in: [...ids] } }).toArray()).map(toReservation),
    insert: async (reservation, now) => {
      try {
        await reservations.insertOne(toDocument(reservation, now));
        return reservation;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        const existing = await reservations.findOne({ _id: reservation.id });
        if (existing === null) throw error;
        return toReservation(existing);
      }
    },
    transition: async (id, from, { to, releaseReason, shortages }, now, expiredBefore) => {
      const filter: Filter<ReservationDocument> = {
        _id: id,
        state: { $in: from },
        ...(expiredBefore !== undefined && { expiresAt: { $lt: expiredBefore } }),
      };
      const update: UpdateFilter<ReservationDocument> = {
        $set: {
          state: to,
          updatedAt: now,
          ...(releaseReason !== undefined && { reason: releaseReason }),
          ...(shortages !== undefined && { shortages }),
          ...(to === 'RELEASED' && { forgetAt: new Date(now.getTime() + KEEP_RELEASED_MS) }),
        },
        $inc: { version: 1 },
      };
      const moved = await reservations.findOneAndUpdate(filter, update, { returnDocument: 'after' });
      return moved === null ? undefined : toReservation(moved);
    },
    extend: async (id, expiresAt, now) => {
      const { matchedCount } = await reservations.updateOne(
        { _id: id, state: 'HELD' },
        { $max: { expiresAt }, $set: { updatedAt: now }, $inc: { version: 1 } },
      );
      return matchedCount === 1;
    },
    expired: async (now, limit) =>
      (
        await reservations
          .find({ state: { $in: ['PENDING', 'HELD'] }, expiresAt: { $lt: now } })
          .sort({ expiresAt: 1 })
          .limit(limit)
          .toArray()
      ).map(toReservation),
    unfinished: async (limit) =>
      (
        await reservations
          .find({ state: { $in: UNFINISHED } })
          .sort({ expiresAt: 1 })
          .limit(limit)
          .toArray()
      ).map(toReservation),
  };
}

function toDocument(reservation: Reservation, now: Date): ReservationDocument {
  const { id, status, releaseReason, lines, ...rest } = reservation;
  return {
    _id: id,
    state: status,
    ...rest,
    lines: lines.map((line) => ({ ...line, unitAmount: Long.fromNumber(line.unitAmount) })),
    reason: releaseReason,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
}

function toReservation(document: ReservationDocument): Reservation {
  return {
    id: document._id,
    status: document.state,
    fingerprint: document.fingerprint,
    currency: document.currency,
    lines: document.lines.map(({ unitAmount, trackInventory = true, ...line }) => ({
      ...line,
      trackInventory,
      unitAmount: toNumber(unitAmount),
    })),
    expiresAt: document.expiresAt,
    releaseReason: document.reason,
    shortages: document.shortages,
  };
}
