import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { IdempotentRequest } from '../../domain/idempotency-key.ts';
import type { RefundStatus } from '../../domain/refund.ts';
import type { ProviderDispute } from '../../provider/payment-provider.ts';
import type {
  Operation,
  OperationAnswer,
  OperationOutcome,
  OperationStore,
  PlacedRefund,
} from '../operation-store.ts';
import { beginOperation } from './begin-operation.ts';
import { cancelPayment, lockCheckout } from './cancel-payment.ts';
import type { Leases } from './leases.ts';
import { postPartialCapture } from './ledger.ts';
import { loadOperations } from './load-operation.ts';
import { appendEvent } from './payment-events.ts';
import { settleDispute } from './settle-dispute.ts';
import { settleRefund } from './settle-refund.ts';

const REFUND_LEASE_SECONDS = 10;

export function createPostgresOperationStore(pool: pg.Pool, leases: Leases): OperationStore {
  const claim = async (condition: string, parameters: readonly unknown[]): Promise<readonly Operation[]> => {
    const { rows } = await pool.query<{ id: string }>(
      `UPDATE provider_requests SET due_at = now() + $1 * interval '1 millisecond'
       WHERE state = 'INTENDED' AND due_at <= now() AND ${condition} RETURNING id`,
      [leases.leaseMs, ...parameters],
    );
    const ids = rows.map(({ id }) => id);
    return ids.length === 0 ? [] : loadOperations(pool, ids);
  };
  return {
    begin: (command, isMovable) =>
      withTransaction(pool, (client) => beginOperation(client, command, isMovable, leases)),
    claim: async ({ scope, key }) =>
      (await claim('waiting_scope = $2 AND waiting_key = $3', [scope, key]))[0],
    claimDue: (limit) =>
      claim(
        `id IN (SELECT id FROM provider_requests WHERE state = 'INTENDED' AND due_at <= now()
           ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
        [limit],
      ),
    postpone: async ({ id }, delayMs) => {
      await pool.query(
        `UPDATE provider_requests SET attempts = attempts + 1, due_at = now() + $2 * interval '1 millisecond'
         WHERE id = $1 AND state = 'INTENDED'`,
        [id, delayMs],
      );
    },
    finish: (operation, outcome) => withTransaction(pool, (client) => finish(client, operation, outcome)),
    findAnswer: ({ scope, key }) => findAnswer(pool, scope, key),
    unlockKey: async ({ scope, key }: IdempotentRequest) => {
      await pool.query(
        `UPDATE idempotency_keys SET locked_until = now() WHERE scope = $1 AND key = $2 AND state = 'IN_PROGRESS'`,
        [scope, key],
      );
    },
    claimPendingRefunds: async (limit) => {
      const { rows } = await pool.query<PlacedRefund>(
        `UPDATE refunds SET next_look_at = now() + $2 * interval '1 second' WHERE id IN (
           SELECT id FROM refunds WHERE status = 'PENDING' AND provider_reference IS NOT NULL AND next_look_at <= now()
           ORDER BY next_look_at LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING id, provider_reference AS reference`,
        [limit, REFUND_LEASE_SECONDS],
      );
      return rows;
    },
    refundsOf: async (provider, paymentReference) => {
      const { rows } = await pool.query<{ id: string; reference: string | null; status: RefundStatus }>(
        `SELECT r.id, r.provider_reference AS reference, r.status
         FROM refunds r JOIN payments p ON p.id = r.payment_id
         WHERE p.provider = $1 AND p.provider_reference = $2`,
        [provider, paymentReference],
      );
      return {
        placed: rows.flatMap(({ id, reference }) => (reference === null ? [] : [{ id, reference }])),
        isAsking: rows.some(({ reference, status }) => reference === null && status === 'PENDING'),
      };
    },
    settleRefund: (refundId, outcome) =>
      withTransaction(pool, async (client) => {
        const { rows } = await client.query<{ payment_id: string }>(
          'SELECT payment_id FROM refunds WHERE id = $1',
          [refundId],
        );
        await lockCheckout(client, rows[0]?.payment_id ?? '');
        await settleRefund(client, refundId, outcome);
      }),
  };
}

async function finish(client: pg.PoolClient, operation: Operation, outcome: OperationOutcome): Promise<void> {
  const { id, paymentId, refundId, disputeId } = operation;
  await lockCheckout(client, paymentId);
  const isRefund = outcome.kind === 'refund';
  const error = outcome.kind === 'captured' || outcome.kind === 'canceled' ? outcome.error : null;
  const failed = isRefund ? outcome.refund.status === 'FAILED' : error !== null;
  const response = isRefund ? { reference: outcome.refund.reference } : {};
  const { rows } = await client.query<{ waiting_scope: string; waiting_key: string }>(
    `UPDATE provider_requests SET state = $2, response = $3, request = request - 'text', finished_at = now()
     WHERE id = $1 AND state = 'INTENDED' RETURNING waiting_scope, waiting_key`,
    [id, failed ? 'FAILED' : 'SUCCEEDED', JSON.stringify(response)],
  );
  const waiting = rows[0];
  if (waiting === undefined) return;
  if (outcome.kind === 'refund') await settleRefund(client, refundId ?? '', outcome.refund);
  if (outcome.kind === 'captured') {
    await client.query(`UPDATE payments SET status = 'SUCCEEDED' WHERE id = $1`, [paymentId]);
    await postPartialCapture(client, paymentId, outcome.amount);
    await appendEvent(client, paymentId, 'CAPTURED', { amount: outcome.amount });
  }
  if (outcome.kind === 'dispute') await finishDispute(client, operation, outcome.dispute);
  if (outcome.kind === 'canceled') await cancelPayment(client, paymentId);
  const errors = error === null ? [] : [error];
  const answer: OperationAnswer = { paymentId, refundId, disputeId, errors };
  await client.query(
    `UPDATE idempotency_keys SET state = 'COMPLETED', response = $3
     WHERE scope = $1 AND key = $2 AND state = 'IN_PROGRESS'`,
    [waiting.waiting_scope, waiting.waiting_key, JSON.stringify(answer)],
  );
}

/** What was said to the bank is kept with the dispute, where it is erased with the person it is about. */
async function finishDispute(
  client: pg.PoolClient,
  { disputeId, paymentId, evidence }: Operation,
  dispute: ProviderDispute,
): Promise<void> {
  const { rows } = await client.query<{ provider: string }>('SELECT provider FROM payments WHERE id = $1', [
    paymentId,
  ]);
  await settleDispute(client, rows[0]?.provider ?? '', dispute);
  if (evidence === null) return;
  await client.query('UPDATE disputes SET evidence = $2 WHERE id = $1', [disputeId, evidence.text]);
}

async function findAnswer(pool: pg.Pool, scope: string, key: string): Promise<OperationAnswer | undefined> {
  const { rows } = await pool.query<{ response: OperationAnswer | null }>(
    'SELECT response FROM idempotency_keys WHERE scope = $1 AND key = $2',
    [scope, key],
  );
  return rows[0]?.response ?? undefined;
}
