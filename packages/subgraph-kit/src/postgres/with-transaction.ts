import type pg from 'pg';
import { isOutdatedPlan } from './prepared-statements.ts';
import { travelOf } from './store-pool.ts';
import { createTurns, type Turns } from './turns.ts';

/** serialization_failure and deadlock_detected: PostgreSQL asks the client to run the transaction again. */
const RETRYABLE = new Set(['40001', '40P01']);
const MAX_ATTEMPTS = 5;

type Work<T> = (client: pg.PoolClient) => Promise<T>;

/** Of the clients that transactions were given, where they have turns. */
const turnsOf = new WeakMap<pg.PoolClient, Turns>();

/**
 * Runs `work` in one transaction; commits when it resolves, rolls back when it rejects.
 * Runs again from the start when PostgreSQL reports a serialization failure, a deadlock or an outdated plan,
 * so `work` must have no effect outside the database.
 */
export async function withTransaction<T>(pool: pg.Pool, work: Work<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runOnce(pool, work);
    } catch (error) {
      if (attempt >= MAX_ATTEMPTS || !isRetryable(error)) throw error;
    }
  }
}

/**
 * Commits with what is asked for in this turn of the event loop, in the same round trip where the pool prepares. From
 * here on only the database can undo the transaction, by failing one of its statements: what the work throws comes too late.
 */
export function commitWithThisTurn(client: pg.PoolClient): void {
  turnsOf.get(client)?.commitWithThisTurn();
}

function isRetryable(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' && RETRYABLE.has(code)) || isOutdatedPlan(error);
}

async function runOnce<T>(pool: pg.Pool, work: Work<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const travel = travelOf(client);
    return await (travel === undefined
      ? runStatements(client, work)
      : runTurns(client, createTurns(travel), work));
  } catch (error) {
    // A connection that cannot even roll back is in an unknown state and must not be reused.
    await client.query('ROLLBACK').catch((rollbackError: unknown) => {
      broken = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError));
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

async function runStatements<T>(client: pg.PoolClient, work: Work<T>): Promise<T> {
  let isOver = false;
  const query = client.query.bind(client) as Query;
  const guarded: Query = (...args) =>
    isOver ? Promise.reject(new Error('the transaction is over')) : query(...args);
  await client.query('BEGIN');
  const result = await work(withQuery(client, guarded)).finally(() => (isOver = true));
  await client.query('COMMIT');
  return result;
}

/** `BEGIN` travels with the first statements: when it fails the server skips them, and nothing else was sent. */
async function runTurns<T>(client: pg.PoolClient, turns: Turns, work: Work<T>): Promise<T> {
  const guarded = withQuery(client, turns.query as Query);
  turnsOf.set(guarded, turns);
  turns.query('BEGIN').catch(() => undefined);
  try {
    const result = await work(guarded);
    await turns.commit();
    return result;
  } finally {
    turns.end();
  }
}

type Query = (...args: unknown[]) => unknown;

/**
 * The client for as long as its transaction lasts. Of several things that are done at the same time one may fail while
 * another goes on: what that sends afterwards would be in no transaction, or in somebody else's.
 */
const withQuery = (client: pg.PoolClient, query: Query): pg.PoolClient =>
  Object.create(client, { query: { value: query } }) as pg.PoolClient;
