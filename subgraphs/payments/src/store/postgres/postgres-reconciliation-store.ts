import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { BookedCustomer, BookedPayment, ReconciliationStore } from '../reconciliation-store.ts';
import { cancelPayment, lockCheckout } from './cancel-payment.ts';

const BOOKED = `
  SELECT p.id, p.provider_reference AS reference, p.status, p.currency, coalesce(m.capturable, 0) AS capturable,
    coalesce(m.captured, 0) AS captured, coalesce(m.refunded + m.refund_pending, 0) AS refunded,
    c.status = 'PAYING' OR EXISTS (
      SELECT 1 FROM provider_requests r WHERE r.payment_id = p.id AND r.state = 'INTENDED') AS "isMoving"
  FROM payments p JOIN checkouts c ON c.id = p.checkout_id LEFT JOIN payment_amounts m ON m.payment_id = p.id
  WHERE p.provider = $1`;

const customers = (condition: string): string => `
  SELECT c.id, c.reference, coalesce(array_agg(m.reference) FILTER (WHERE m.status = 'ACTIVE'), '{}') AS methods,
    coalesce(bool_or(m.status <> 'ACTIVE'), false) OR EXISTS (
      SELECT 1 FROM payments p JOIN checkouts k ON k.id = p.checkout_id
      WHERE p.buyer_id = c.buyer_id AND k.status = 'PAYING') AS "isMoving"
  FROM payment_customers c LEFT JOIN payment_methods m ON m.customer_id = c.id
  WHERE c.reference IS NOT NULL AND ${condition} GROUP BY c.id ORDER BY c.id`;

export const createPostgresReconciliationStore = (pool: pg.Pool): ReconciliationStore => ({
  bookedPayments: async (provider, references) => {
    const { rows } = await pool.query<BookedPayment>(`${BOOKED} AND p.provider_reference = ANY ($2)`, [
      provider,
      references,
    ]);
    return rows;
  },
  bookedPaymentsAfter: async (provider, id, limit) => {
    const { rows } = await pool.query<BookedPayment>(
      `${BOOKED} AND p.provider_reference IS NOT NULL AND ($2::uuid IS NULL OR p.id > $2) ORDER BY p.id LIMIT $3`,
      [provider, id, limit],
    );
    return rows;
  },
  bookedCustomersAfter: async (provider, id, limit) => {
    const { rows } = await pool.query<BookedCustomer>(
      `${customers('c.provider = $1 AND ($2::uuid IS NULL OR c.id > $2)')} LIMIT $3`,
      [provider, id, limit],
    );
    return rows;
  },
  bookedCustomer: async (id) => {
    const { rows } = await pool.query<BookedCustomer>(customers('c.id = $1'), [id]);
    return rows[0];
  },
  hurryAll: async () => {
    const checkouts = await pool.query(
      `UPDATE checkouts SET next_attempt_at = now()
       WHERE step NOT IN ('RESERVE', 'AWAIT_BUYER', 'DONE') AND next_attempt_at > now()
         AND (lease_until IS NULL OR lease_until < now())`,
    );
    const refunds = await pool.query(
      `UPDATE refunds SET next_look_at = now()
       WHERE status = 'PENDING' AND provider_reference IS NOT NULL AND next_look_at > now()`,
    );
    const methods = await pool.query(
      `UPDATE payment_methods SET due_at = now() WHERE status <> 'ACTIVE' AND due_at > now()`,
    );
    return (checkouts.rowCount ?? 0) + (refunds.rowCount ?? 0) + (methods.rowCount ?? 0);
  },
  authorizationEnded: (paymentId) =>
    withTransaction(pool, async (client) => {
      await lockCheckout(client, paymentId);
      const { rowCount } = await client.query(
        `SELECT 1 FROM payments p JOIN checkouts c ON c.id = p.checkout_id
         WHERE p.id = $1 AND p.status = 'REQUIRES_CAPTURE' AND c.status = 'COMPLETED'
           AND NOT EXISTS (SELECT 1 FROM provider_requests r WHERE r.payment_id = p.id AND r.state = 'INTENDED')`,
        [paymentId],
      );
      if (rowCount !== 1) return false;
      await cancelPayment(client, paymentId);
      return true;
    }),
});
