/**
 * The built-in payment provider: deterministic by token, with durable books of its own (schema `sandbox`).
 *
 * It behaves as a remote company does: an effect is committed together with the stored answer to its key, and
 * only then answered, so an answer can be late or lost while the effect stands.
 */
import { withTransaction } from '@tributary/subgraph-kit/postgres';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import {
  ProviderRejectedError,
  ProviderUnavailableError,
  type AuthorizeOutcome,
  type AuthorizeRequest,
  type CallOptions,
  type CaptureOutcome,
  type Decline,
  type IntentSnapshot,
  type PaymentProvider,
} from './payment-provider.ts';
import { sandboxMethod } from './sandbox-tokens.ts';

interface Intent {
  readonly reference: string;
  readonly amount: number;
  readonly currency: string;
  readonly token: string;
  readonly status: IntentSnapshot['status'];
  readonly failure: Decline | null;
}

interface StoredAnswer {
  readonly request: unknown;
  readonly response: unknown;
  readonly waitMs: number;
}

const NEVER_FORGETS_MS = Number.MAX_SAFE_INTEGER;

/** @param pool Connections to the database that holds the sandbox's own schema. */
export function createSandboxProvider(pool: pg.Pool): PaymentProvider {
  return {
    code: 'sandbox',
    keyLifetimeMs: NEVER_FORGETS_MS,
    authorize: (request, options) =>
      answerOnce<AuthorizeOutcome>(pool, options, { ...request }, request.token, (client) =>
        authorize(client, request),
      ),
    capture: async (request, options) => {
      const intent = await findIntent(pool, request.paymentId);
      if (intent === undefined) throw new ProviderRejectedError('there is no such intent to capture');
      return answerOnce<CaptureOutcome>(pool, options, { ...request }, intent.token, (client) =>
        capture(client, request.paymentId, request.amount.amount),
      );
    },
    cancel: async (request, options) => {
      const intent = await findIntent(pool, request.paymentId);
      await answerOnce(pool, options, { ...request }, intent?.token, (client) =>
        cancel(client, request.paymentId),
      );
    },
    retrieve: async ({ paymentId }) => {
      const intent = await findIntent(pool, paymentId);
      if (intent === undefined) return undefined;
      const { reference, status, failure, token } = intent;
      return { reference, status, failure, card: sandboxMethod(token)?.card ?? null };
    },
  };
}

/** Runs `effect` for the first call with a key; every call gets the first one's answer. */
async function answerOnce<T>(
  pool: pg.Pool,
  { idempotencyKey, signal }: CallOptions,
  request: Readonly<Record<string, unknown>>,
  token: string | undefined,
  effect: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw new ProviderUnavailableError(signal.reason);
  const method = token === undefined ? undefined : sandboxMethod(token);
  const { answer, first } = await withTransaction(pool, async (client) => {
    // Held until the commit: of two calls with one key at the same time, the second reads the first's answer.
    await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [idempotencyKey]);
    const stored = await readAnswer(client, idempotencyKey);
    if (stored !== undefined) return { answer: stored, first: false };
    const response = await effect(client);
    const waitMs = method?.slowMs ?? 0;
    await client.query(
      `INSERT INTO sandbox.idempotency_keys (key, request, response, answer_at)
       VALUES ($1, $2, $3, now() + $4 * interval '1 millisecond')`,
      [idempotencyKey, JSON.stringify(request), JSON.stringify(response ?? null), waitMs],
    );
    return { answer: { request, response, waitMs }, first: true };
  });
  if (canonical(answer.request) !== canonical(request)) {
    throw new ProviderRejectedError('the idempotency key was used with other parameters');
  }
  if (first && method?.losesAnswers === true) throw new ProviderUnavailableError();
  if (answer.waitMs > 0) {
    try {
      await delay(answer.waitMs, undefined, { signal });
    } catch (error) {
      throw new ProviderUnavailableError(error);
    }
  }
  return answer.response as T;
}

async function readAnswer(client: pg.PoolClient, key: string): Promise<StoredAnswer | undefined> {
  const { rows } = await client.query<StoredAnswer>(
    `SELECT request, response,
       greatest(0, ceil(extract(epoch FROM answer_at - now()) * 1000))::int AS "waitMs"
     FROM sandbox.idempotency_keys WHERE key = $1`,
    [key],
  );
  return rows[0];
}

/** jsonb does not keep the order of properties. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

async function authorize(client: pg.PoolClient, request: AuthorizeRequest): Promise<AuthorizeOutcome> {
  const { paymentId, amount, token } = request;
  const method = sandboxMethod(token);
  if (method === undefined) return { kind: 'unknown_method' };
  const { card } = method;
  const existing = await findIntent(client, paymentId, 'FOR UPDATE');
  // Already set aside by an earlier attempt: a second charge is impossible whatever the key.
  if (existing?.status === 'requires_capture')
    return { kind: 'authorized', reference: existing.reference, card };
  if (existing !== undefined && existing.status !== 'requires_payment_method') {
    throw new ProviderRejectedError(`the intent is ${existing.status}`);
  }
  const reference = existing?.reference ?? `pi_${randomBytes(12).toString('hex')}`;
  await client.query(
    `INSERT INTO sandbox.intents (reference, payment_id, currency, amount, token, status, failure)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (payment_id) DO UPDATE
     SET amount = excluded.amount, token = excluded.token, status = excluded.status, failure = excluded.failure`,
    [
      reference,
      paymentId,
      amount.currency,
      amount.amount,
      token,
      method.decline === undefined ? 'requires_capture' : 'requires_payment_method',
      method.decline === undefined ? null : JSON.stringify(method.decline),
    ],
  );
  if (method.decline !== undefined) return { kind: 'declined', reference, card, failure: method.decline };
  return { kind: 'authorized', reference, card };
}

async function capture(client: pg.PoolClient, paymentId: string, amount: number): Promise<CaptureOutcome> {
  const intent = await findIntent(client, paymentId, 'FOR UPDATE');
  if (intent?.status === 'succeeded') return { kind: 'captured' };
  if (intent?.status !== 'requires_capture') throw new ProviderRejectedError('there is nothing to capture');
  if (amount > intent.amount) throw new ProviderRejectedError('more than was authorized cannot be captured');
  if (sandboxMethod(intent.token)?.captureFails === true) {
    return { kind: 'failed', message: 'The authorization can no longer be captured.' };
  }
  await client.query(`UPDATE sandbox.intents SET status = 'succeeded' WHERE reference = $1`, [
    intent.reference,
  ]);
  await client.query('INSERT INTO sandbox.charges (reference, amount) VALUES ($1, $2)', [
    intent.reference,
    amount,
  ]);
  return { kind: 'captured' };
}

async function cancel(client: pg.PoolClient, paymentId: string): Promise<void> {
  const intent = await findIntent(client, paymentId, 'FOR UPDATE');
  if (intent?.status === 'succeeded') throw new ProviderRejectedError('what is captured cannot be canceled');
  await client.query(`UPDATE sandbox.intents SET status = 'canceled' WHERE payment_id = $1`, [paymentId]);
}

async function findIntent(
  client: pg.Pool | pg.PoolClient,
  paymentId: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<Intent | undefined> {
  const { rows } = await client.query<Intent>(
    `SELECT reference, amount, currency, token, status, failure FROM sandbox.intents WHERE payment_id = $1 ${lock}`,
    [paymentId],
  );
  return rows[0];
}
