import { newUuid } from '@tributary/subgraph-kit';
import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import { MOST_METHODS } from '../../domain/method-user-error.ts';
import type { SavedMethodStatus } from '../../domain/saved-method.ts';
import type {
  BeginMethod,
  BeginMethodOutcome,
  Customer,
  MethodAnswer,
  MethodStore,
  MethodWork,
  UsableMethod,
} from '../method-store.ts';
import { meetKey, takeKey } from './idempotency.ts';
import type { Leases } from './leases.ts';
import { settleMethod } from './settle-method.ts';

interface WorkRow {
  readonly id: string;
  readonly status: SavedMethodStatus;
  readonly customer_id: string;
  readonly customer_reference: string | null;
  readonly reference: string | null;
  readonly setup_reference: string | null;
  readonly request: { readonly token: string; readonly returnUrl: string | null } | null;
  readonly attempts: number;
  readonly age_ms: number;
}

/** Puts the next look off by a lease, so that a process that dies is followed by another. */
const claimSql = (condition: string): string => `
  UPDATE payment_methods m SET due_at = now() + $1 * interval '1 millisecond'
  FROM payment_customers c WHERE c.id = m.customer_id AND ${condition}
  RETURNING m.id, m.status, m.customer_id, c.reference AS customer_reference, m.reference, m.setup_reference, m.request,
    m.attempts, floor(extract(epoch FROM now() - m.created_at) * 1000)::bigint AS age_ms`;

export function createPostgresMethodStore(pool: pg.Pool, leases: Leases): MethodStore {
  const claim = (db: pg.Pool | pg.PoolClient, condition: string, ...parameters: readonly unknown[]) =>
    claimMethods(db, leases, condition, parameters);
  return {
    customerOf: async (buyerId, provider) => {
      const { rows } = await pool.query<Customer>(
        `INSERT INTO payment_customers (id, buyer_id, provider) VALUES ($1, $2, $3)
         ON CONFLICT (buyer_id, provider) DO UPDATE SET provider = excluded.provider RETURNING id, reference`,
        [newUuid(), buyerId, provider],
      );
      if (rows[0] === undefined) throw new Error('a customer that was just written is not there');
      return rows[0];
    },
    customersOf: async (buyerId) => {
      const { rows } = await pool.query<Customer & { provider: string }>(
        'SELECT id, reference, provider FROM payment_customers WHERE buyer_id = $1',
        [buyerId],
      );
      return rows;
    },
    nameCustomer: async (id, reference) => {
      await pool.query('UPDATE payment_customers SET reference = $2 WHERE id = $1 AND reference IS NULL', [
        id,
        reference,
      ]);
    },
    removeCustomer: (id) =>
      withTransaction(pool, async (client) => {
        await client.query('DELETE FROM payment_methods WHERE customer_id = $1', [id]);
        await client.query('DELETE FROM payment_customers WHERE id = $1', [id]);
      }),
    count: (customerId) => countMethods(pool, customerId),
    begin: (command) => withTransaction(pool, (client) => begin(client, command, leases)),
    claim: async (id) => (await claim(pool, 'm.id = $2', id))[0],
    claimSetup: async (provider, reference) =>
      (await claim(pool, 'c.provider = $2 AND m.setup_reference = $3', provider, reference))[0],
    claimDue: (provider, limit) =>
      claim(
        pool,
        `m.id IN (SELECT d.id FROM payment_methods d JOIN payment_customers e ON e.id = d.customer_id
           WHERE d.status <> 'ACTIVE' AND d.due_at <= now() AND e.provider = $2
           ORDER BY d.due_at LIMIT $3 FOR UPDATE OF d SKIP LOCKED)`,
        provider,
        limit,
      ),
    postpone: async (id, delayMs) => {
      await pool.query(
        `UPDATE payment_methods SET attempts = attempts + 1, due_at = now() + $2 * interval '1 millisecond' WHERE id = $1`,
        [id, delayMs],
      );
    },
    settle: (id, outcome) => withTransaction(pool, (client) => settleMethod(client, id, outcome)),
    findAnswer: async ({ scope, key }) => {
      const { rows } = await pool.query<{ response: MethodAnswer | null }>(
        'SELECT response FROM idempotency_keys WHERE scope = $1 AND key = $2',
        [scope, key],
      );
      return rows[0]?.response ?? undefined;
    },
    unlockKey: async ({ scope, key }) => {
      await pool.query(
        `UPDATE idempotency_keys SET locked_until = now() WHERE scope = $1 AND key = $2 AND state = 'IN_PROGRESS'`,
        [scope, key],
      );
    },
    findUsable: async (id) => {
      const { rows } = await pool.query<UsableMethod>(
        `SELECT c.buyer_id AS "buyerId", c.provider, m.reference, c.reference AS "customerReference"
         FROM payment_methods m JOIN payment_customers c ON c.id = m.customer_id
         WHERE m.id = $1 AND m.status = 'ACTIVE' AND c.reference IS NOT NULL`,
        [id],
      );
      return rows[0];
    },
    setDefault: (id) => withTransaction(pool, (client) => setDefault(client, id)),
    beginDetach: (id) =>
      withTransaction(pool, async (client) => {
        await client.query(
          `UPDATE payment_methods SET status = 'DETACHING', is_default = false WHERE id = $1 AND status = 'ACTIVE'`,
          [id],
        );
        return (await claim(client, `m.id = $2 AND m.status = 'DETACHING'`, id))[0];
      }),
    detached: async (id) => {
      await pool.query(`DELETE FROM payment_methods WHERE id = $1 AND status = 'DETACHING'`, [id]);
    },
  };
}

async function claimMethods(
  db: pg.Pool | pg.PoolClient,
  { leaseMs }: Leases,
  condition: string,
  parameters: readonly unknown[],
): Promise<readonly MethodWork[]> {
  const { rows } = await db.query<WorkRow>(claimSql(condition), [leaseMs, ...parameters]);
  return rows.map((row) => ({
    id: row.id,
    status: row.status,
    customer: { id: row.customer_id, reference: row.customer_reference },
    reference: row.reference,
    setupReference: row.setup_reference,
    token: row.request?.token ?? null,
    returnUrl: row.request?.returnUrl ?? null,
    attempts: row.attempts,
    ageMs: row.age_ms,
  }));
}

async function begin(
  client: pg.PoolClient,
  { customerId, token, returnUrl, makesDefault, request }: BeginMethod,
  leases: Leases,
): Promise<BeginMethodOutcome> {
  // One at a time per customer: the limit would otherwise be passed by several at once.
  await client.query('SELECT 1 FROM payment_customers WHERE id = $1 FOR UPDATE', [customerId]);
  const known = await meetKey<MethodAnswer>(client, request, leases.keyLockMs);
  if (known !== undefined && known.kind !== 'resumed') return known;
  if (known === undefined) {
    if ((await countMethods(client, customerId)) >= MOST_METHODS) return { kind: 'too_many' };
    await takeKey(client, request, null, leases.keyLockMs);
    await client.query(
      `INSERT INTO payment_methods (id, customer_id, status, request, makes_default, waiting_scope, waiting_key, due_at)
       VALUES ($1, $2, 'PROCESSING', $3, $4, $5, $6, now())`,
      [newUuid(), customerId, JSON.stringify({ token, returnUrl }), makesDefault, request.scope, request.key],
    );
  }
  const condition = 'm.waiting_scope = $2 AND m.waiting_key = $3';
  const [work] = await claimMethods(client, leases, condition, [request.scope, request.key]);
  if (work === undefined) throw new Error('a key without an answer has no payment method');
  return { kind: 'begun', work };
}

async function countMethods(db: pg.Pool | pg.PoolClient, customerId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM payment_methods WHERE customer_id = $1 AND status <> 'DETACHING'`,
    [customerId],
  );
  return rows[0]?.count ?? 0;
}

async function setDefault(client: pg.PoolClient, id: string): Promise<boolean> {
  const { rows } = await client.query<{ customer_id: string }>(
    `SELECT c.id AS customer_id FROM payment_customers c JOIN payment_methods m ON m.customer_id = c.id
     WHERE m.id = $1 AND m.status = 'ACTIVE' FOR UPDATE OF c, m`,
    [id],
  );
  const customer = rows[0];
  if (customer === undefined) return false;
  await client.query('UPDATE payment_methods SET is_default = false WHERE customer_id = $1 AND is_default', [
    customer.customer_id,
  ]);
  await client.query('UPDATE payment_methods SET is_default = true WHERE id = $1', [id]);
  return true;
}
