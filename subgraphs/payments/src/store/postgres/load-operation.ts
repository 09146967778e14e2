import type pg from 'pg';
import type { RefundReason } from '../../domain/refund.ts';
import type { Operation } from '../operation-store.ts';

interface OperationRow {
  readonly id: string;
  readonly operation: Operation['kind'];
  readonly payment_id: string;
  readonly provider_reference: string | null;
  readonly currency: string;
  readonly amount: number;
  readonly refund_id: string | null;
  readonly reason: RefundReason | null;
  readonly dispute_id: string | null;
  readonly dispute_reference: string | null;
  readonly evidence: Operation['evidence'];
  readonly idempotency_key: string;
  readonly attempts: number;
  readonly age_ms: number;
}

export async function loadOperations(
  client: pg.Pool | pg.PoolClient,
  ids: readonly string[],
): Promise<readonly Operation[]> {
  const { rows } = await client.query<OperationRow>(
    `SELECT r.id, r.operation, r.payment_id, p.provider_reference, p.currency, coalesce((r.request ->> 'amount')::bigint, 0) AS amount,
       r.refund_id, f.reason, r.dispute_id, d.provider_reference AS dispute_reference,
       CASE WHEN r.operation = 'EVIDENCE' THEN r.request END AS evidence, r.idempotency_key, r.attempts,
       floor(extract(epoch FROM now() - r.created_at) * 1000)::bigint AS age_ms
     FROM provider_requests r JOIN payments p ON p.id = r.payment_id LEFT JOIN refunds f ON f.id = r.refund_id
     LEFT JOIN disputes d ON d.id = r.dispute_id
     WHERE r.id = ANY ($1)`,
    [ids],
  );
  return rows.map((row) => ({
    id: row.id,
    kind: row.operation,
    paymentId: row.payment_id,
    reference: row.provider_reference,
    currency: row.currency,
    amount: row.amount,
    refundId: row.refund_id,
    reason: row.reason,
    disputeId: row.dispute_id,
    disputeReference: row.dispute_reference,
    evidence: row.evidence,
    idempotencyKey: row.idempotency_key,
    attempts: row.attempts,
    ageMs: row.age_ms,
  }));
}
