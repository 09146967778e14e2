import type pg from 'pg';
import type { Refund, RefundLine, RefundReason, RefundStatus } from '../../domain/refund.ts';
import type { Reader } from '../reader.ts';
import { keyset } from './keyset.ts';

interface RefundRow {
  readonly id: string;
  readonly payment_id: string;
  readonly buyer_id: string | null;
  readonly checkout_id: string;
  readonly currency: string;
  readonly amount: number;
  readonly status: RefundStatus;
  readonly reason: RefundReason;
  readonly note: string | null;
  readonly failure_message: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

interface RefundLineRow {
  readonly refund_id: string;
  readonly line_item_id: string;
  readonly quantity: number;
  readonly amount: number;
  readonly currency: string;
  readonly restocked: boolean;
}

const REFUNDS = 'SELECT r.*, p.buyer_id, p.checkout_id FROM refunds r JOIN payments p ON p.id = r.payment_id';

export function createRefundReader(
  pool: pg.Pool,
): Pick<Reader, 'refundsByIds' | 'refundsByPaymentIds' | 'refundPage' | 'refundCount' | 'linesByRefundIds'> {
  return {
    refundsByIds: async (ids) => {
      const { rows } = await pool.query<RefundRow>(`${REFUNDS} WHERE r.id = ANY ($1)`, [ids]);
      return rows.map(toRefund);
    },
    refundsByPaymentIds: async (paymentIds) => {
      const { rows } = await pool.query<RefundRow>(
        `${REFUNDS} WHERE r.payment_id = ANY ($1) ORDER BY r.created_at, r.id`,
        [paymentIds],
      );
      return rows.map(toRefund);
    },
    refundPage: async (page, statuses) => {
      const { where, orderBy, limit, parameters } = keyset(page, 'r.created_at', 'r.id', 2);
      const { rows } = await pool.query<RefundRow>(
        `${REFUNDS} WHERE ($1::text[] IS NULL OR r.status = ANY ($1)) AND ${where} ORDER BY ${orderBy} LIMIT ${limit}`,
        [statuses, ...parameters],
      );
      return rows.map(toRefund);
    },
    refundCount: async (statuses) => {
      const { rows } = await pool.query<{ count: number }>(
        'SELECT count(*) FROM refunds WHERE $1::text[] IS NULL OR status = ANY ($1)',
        [statuses],
      );
      return rows[0]?.count ?? 0;
    },
    linesByRefundIds: async (refundIds) => {
      const { rows } = await pool.query<RefundLineRow>(
        `SELECT r.*, f.currency FROM refund_lines r
         JOIN refunds f ON f.id = r.refund_id JOIN line_items l ON l.id = r.line_item_id
         WHERE r.refund_id = ANY ($1) ORDER BY l.position`,
        [refundIds],
      );
      return rows.map(toRefundLine);
    },
  };
}

const toRefund = (row: RefundRow): Refund => ({
  id: row.id,
  paymentId: row.payment_id,
  checkoutId: row.checkout_id,
  buyerId: row.buyer_id,
  amount: { amount: row.amount, currency: row.currency },
  status: row.status,
  reason: row.reason,
  note: row.note,
  failureMessage: row.failure_message,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const toRefundLine = (row: RefundLineRow): RefundLine => ({
  refundId: row.refund_id,
  lineItemId: row.line_item_id,
  quantity: row.quantity,
  amount: { amount: row.amount, currency: row.currency },
  restocked: row.restocked,
});
