import type pg from 'pg';
import type { Dispute, DisputeStatus } from '../../domain/dispute.ts';
import type { Reader } from '../reader.ts';
import { keyset } from './keyset.ts';

interface DisputeRow {
  readonly id: string;
  readonly payment_id: string;
  readonly currency: string;
  readonly amount: number;
  readonly status: DisputeStatus;
  readonly reason: string;
  readonly evidence_due_by: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export function createDisputeReader(
  pool: pg.Pool,
): Pick<Reader, 'disputesByIds' | 'disputesByPaymentIds' | 'disputePage' | 'disputeCount'> {
  const disputes = async (condition: string, parameters: readonly unknown[]): Promise<readonly Dispute[]> => {
    const { rows } = await pool.query<DisputeRow>(`SELECT * FROM disputes d ${condition}`, [...parameters]);
    return rows.map(toDispute);
  };
  return {
    disputesByIds: (ids) => disputes('WHERE id = ANY ($1)', [ids]),
    disputesByPaymentIds: (ids) => disputes('WHERE payment_id = ANY ($1) ORDER BY created_at, id', [ids]),
    disputePage: (page, statuses) => {
      const { where, orderBy, limit, parameters } = keyset(page, 'd.created_at', 'd.id', 2);
      return disputes(
        `WHERE ($1::text[] IS NULL OR d.status = ANY ($1)) AND ${where} ORDER BY ${orderBy} LIMIT ${limit}`,
        [statuses, ...parameters],
      );
    },
    disputeCount: async (statuses) => {
      const { rows } = await pool.query<{ count: number }>(
        'SELECT count(*) FROM disputes WHERE $1::text[] IS NULL OR status = ANY ($1)',
        [statuses],
      );
      return rows[0]?.count ?? 0;
    },
  };
}

const toDispute = (row: DisputeRow): Dispute => ({
  id: row.id,
  paymentId: row.payment_id,
  amount: { amount: row.amount, currency: row.currency },
  status: row.status,
  reason: row.reason,
  evidenceDueBy: row.evidence_due_by,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
