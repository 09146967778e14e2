/**
 * Events in the database of the service they happen in: written in the transaction of what they tell about, delivered
 * later. The tables are made by a migration of the service: see subgraphs/users/src/store/migrations/0008_events.sql.
 */
import type pg from 'pg';
import type { DeliveryOutbox, DueDelivery, FailedDelivery } from './delivery-outbox.ts';
import type { DomainEvent } from './domain-event.ts';

type Client = Pick<pg.ClientBase, 'query'>;

export interface DeadLetter {
  readonly event: DomainEvent;
  readonly subscriber: string;
  readonly attempts: number;
  readonly diedAt: Date;
  readonly lastError: string;
}

/** In the caller's transaction, which holds a lock on the aggregate: so those of one aggregate are in order. */
export async function appendEvent(
  client: Client,
  event: DomainEvent,
  /** Nobody is told before. */
  deliverFrom: Date = new Date(event.time),
): Promise<void> {
  await client.query(
    `WITH event AS (
       INSERT INTO events (id, subject, event, created_at) VALUES ($1, $2, $3, $4) RETURNING seq, subject)
     INSERT INTO event_deliveries (seq, subject, subscriber, next_attempt_at)
     SELECT seq, subject, name, $5 FROM event, event_subscribers`,
    [event.id, event.subject, event, event.time, deliverFrom],
  );
}

/** From now on these are told of what happens. What others had not got is dropped. */
export async function setSubscribers(client: Client, names: readonly string[]): Promise<void> {
  await client.query('DELETE FROM event_subscribers WHERE name <> ALL($1)', [names]);
  await client.query('INSERT INTO event_subscribers SELECT unnest($1::text[]) ON CONFLICT DO NOTHING', [
    names,
  ]);
}

export const postgresOutbox = (client: Client): DeliveryOutbox => ({
  claim: (subscriber, now, leasedUntil) => claimDelivery(client, subscriber, now, leasedUntil),
  markDelivered: (subscriber, due, now) => markDelivered(client, subscriber, due.seq, now),
  markFailed: (failure) => markFailed(client, failure),
});

async function claimDelivery(
  client: Client,
  subscriber: string,
  now: Date,
  leasedUntil: Date,
): Promise<DueDelivery | undefined> {
  const { rows } = await client.query<DueDelivery>(
    `UPDATE event_deliveries due SET attempts = attempts + 1, next_attempt_at = $3
       FROM events
      WHERE events.seq = due.seq AND due.subscriber = $1 AND due.seq = (
        SELECT seq FROM event_deliveries waiting
         WHERE subscriber = $1 AND delivered_at IS NULL AND died_at IS NULL AND next_attempt_at <= $2
           AND NOT EXISTS (
             SELECT FROM event_deliveries earlier
              WHERE earlier.subscriber = $1 AND earlier.subject = waiting.subject AND earlier.seq < waiting.seq
                AND earlier.delivered_at IS NULL AND earlier.died_at IS NULL)
         ORDER BY seq LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING events.event, due.seq, events.created_at AS "createdAt", due.attempts`,
    [subscriber, now, leasedUntil],
  );
  return rows[0];
}

async function markDelivered(client: Client, subscriber: string, seq: number, now: Date): Promise<void> {
  await client.query(
    `UPDATE event_deliveries SET delivered_at = $3, last_error = NULL, died_at = NULL
      WHERE subscriber = $1 AND seq = $2`,
    [subscriber, seq, now],
  );
}

async function markFailed(
  client: Client,
  { subscriber, due, error, now, nextAttemptAt }: FailedDelivery,
): Promise<void> {
  await client.query(
    `UPDATE event_deliveries SET last_error = $3, next_attempt_at = coalesce($5, next_attempt_at),
            died_at = CASE WHEN $5::timestamptz IS NULL THEN $4::timestamptz END
      WHERE subscriber = $1 AND seq = $2`,
    [subscriber, due.seq, error, now, nextAttemptAt ?? null],
  );
}

/** Those given up, the oldest first. */
export async function listDeadLetters(client: Client, limit: number): Promise<readonly DeadLetter[]> {
  const { rows } = await client.query<DeadLetter>(
    `SELECT event, subscriber, attempts, died_at AS "diedAt", last_error AS "lastError"
       FROM event_deliveries JOIN events USING (seq) WHERE died_at IS NOT NULL ORDER BY seq LIMIT $1`,
    [limit],
  );
  return rows;
}

/** Delivers a dead letter once more, now. False when it is none. */
export async function retryDeadLetter(
  client: Client,
  letter: { readonly eventId: string; readonly subscriber: string; readonly now: Date },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE event_deliveries SET died_at = NULL, next_attempt_at = $3
      WHERE subscriber = $2 AND died_at IS NOT NULL AND seq = (SELECT seq FROM events WHERE id = $1)`,
    [letter.eventId, letter.subscriber, letter.now],
  );
  return rowCount === 1;
}

/** Deletes all of one aggregate, delivered or not. */
export async function dropEvents(client: Client, subject: string): Promise<void> {
  await client.query('DELETE FROM events WHERE subject = $1', [subject]);
}

/** Deletes what everybody had before; dead letters stay. */
export async function purgeEvents(client: Client, before: Date): Promise<void> {
  await client.query(
    `DELETE FROM events WHERE created_at < $1 AND NOT EXISTS (
       SELECT FROM event_deliveries delivery WHERE delivery.seq = events.seq AND delivered_at IS NULL)`,
    [before],
  );
}
