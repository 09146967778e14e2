/**
 * Idempotency keys by Stripe's rules: the first request with a key does the work, the same request again gets the
 * same answer, another request is told so, and a request that died is taken over when its lock has run out.
 *
 * @see https://docs.stripe.com/api/idempotent_requests
 */
import type pg from 'pg';
import type { IdempotentRequest } from '../../domain/idempotency-key.ts';
import type { Answer, KnownKey } from '../answer.ts';

interface KeyRow {
  readonly same: boolean;
  readonly response: unknown;
  readonly checkout_id: string | null;
  readonly locked_ms: number;
}

/** Takes a new key, for this checkout if it is about one; false when the key exists already. */
export async function takeKey(
  client: pg.PoolClient,
  request: IdempotentRequest,
  checkoutId: string | null,
  lockMs: number,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `INSERT INTO idempotency_keys (scope, key, request_hash, checkout_id, locked_until)
     VALUES ($1, $2, $3, $4, now() + $5 * interval '1 millisecond') ON CONFLICT DO NOTHING`,
    [request.scope, request.key, request.hash, checkoutId, lockMs],
  );
  return rowCount === 1;
}

/** What an existing key says; takes its lock when that is free. Undefined when there is no such key. */
export async function meetKey<A = Answer>(
  client: pg.PoolClient,
  request: IdempotentRequest,
  lockMs: number,
): Promise<KnownKey<A> | undefined> {
  const { scope, key, hash } = request;
  const { rows } = await client.query<KeyRow>(
    `SELECT request_hash = $3 AS same, response, checkout_id,
       ceil(extract(epoch FROM locked_until - clock_timestamp()) * 1000)::int AS locked_ms
     FROM idempotency_keys WHERE scope = $1 AND key = $2 FOR UPDATE`,
    [scope, key, hash],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  if (!row.same) return { kind: 'reused' };
  if (row.response !== null) return { kind: 'answered', answer: row.response as A };
  if (row.locked_ms > 0) return { kind: 'in_use', retryAfterSeconds: Math.ceil(row.locked_ms / 1000) };
  await client.query(
    `UPDATE idempotency_keys SET locked_until = now() + $3 * interval '1 millisecond' WHERE scope = $1 AND key = $2`,
    [scope, key, lockMs],
  );
  return { kind: 'resumed', checkoutId: row.checkout_id ?? '' };
}

/** Gives the key that waits for this checkout its final answer, in the transaction that makes it true. */
export async function answerWaitingKey(
  client: pg.PoolClient,
  checkoutId: string,
  answer: Answer,
): Promise<void> {
  await client.query(
    `UPDATE idempotency_keys k SET state = 'COMPLETED', response = $2
     FROM checkouts c
     WHERE c.id = $1 AND k.scope = c.waiting_scope AND k.key = c.waiting_key AND k.state = 'IN_PROGRESS'`,
    [checkoutId, JSON.stringify(answer)],
  );
}
