import type pg from 'pg';
import type { MethodAnswer, SettledSetup } from '../method-store.ts';
import { isFirstOf } from './keep-method.ts';

/** A buyer has this long to do what their bank asks of them. */
const ACTION_LIFETIME = '1 day';

interface Waiting {
  readonly customer_id: string;
  readonly makes_default: boolean;
  readonly waiting_scope: string | null;
  readonly waiting_key: string | null;
}

/** What became of a method that was to be kept; the customer's row is locked first, as by every other writer of them. */
export async function settleMethod(client: pg.PoolClient, id: string, outcome: SettledSetup): Promise<void> {
  const { rows } = await client.query<Waiting>(
    `SELECT m.customer_id, m.makes_default, m.waiting_scope, m.waiting_key
     FROM payment_customers c JOIN payment_methods m ON m.customer_id = c.id
     WHERE m.id = $1 AND m.status IN ('PROCESSING', 'REQUIRES_ACTION') FOR UPDATE OF c, m`,
    [id],
  );
  const waiting = rows[0];
  if (waiting === undefined) return;
  await answerKey(client, waiting, await write(client, id, waiting, outcome));
}

async function write(
  client: pg.PoolClient,
  id: string,
  { customer_id: customerId, makes_default: makesDefault }: Waiting,
  outcome: SettledSetup,
): Promise<MethodAnswer> {
  if (outcome.kind === 'failed') {
    await client.query('DELETE FROM payment_methods WHERE id = $1', [id]);
    return { methodId: null, errors: [outcome.error] };
  }
  if (outcome.kind === 'action_required') {
    await client.query(
      `UPDATE payment_methods SET status = 'REQUIRES_ACTION', setup_reference = $2, next_action = $3, request = NULL,
         attempts = 0, due_at = now() + interval '${ACTION_LIFETIME}' WHERE id = $1`,
      [id, outcome.reference, JSON.stringify(outcome.action)],
    );
    return { methodId: id, errors: [] };
  }
  const { rows } = await client.query<{ id: string }>(
    'SELECT id FROM payment_methods WHERE reference = $1 AND customer_id = $2 AND id <> $3',
    [outcome.method, customerId, id],
  );
  // The same method once more: the one that is there is the answer.
  const kept = rows[0]?.id ?? id;
  if (kept !== id) await client.query('DELETE FROM payment_methods WHERE id = $1', [id]);
  if (makesDefault) {
    await client.query(
      'UPDATE payment_methods SET is_default = false WHERE customer_id = $1 AND is_default',
      [customerId],
    );
  }
  await client.query(
    `UPDATE payment_methods SET status = 'ACTIVE', reference = $2, card = $3, next_action = NULL, request = NULL,
       is_default = is_default OR ${isFirstOf('payment_methods.customer_id')} WHERE id = $1`,
    [kept, outcome.method, JSON.stringify(outcome.card)],
  );
  return { methodId: kept, errors: [] };
}

async function answerKey(
  client: pg.PoolClient,
  { waiting_scope: scope, waiting_key: key }: Waiting,
  answer: MethodAnswer,
): Promise<void> {
  await client.query(
    `UPDATE idempotency_keys SET state = 'COMPLETED', response = $3
     WHERE scope = $1 AND key = $2 AND state = 'IN_PROGRESS'`,
    [scope, key, JSON.stringify(answer)],
  );
}
