/**
 * What always holds of the books (A), and what holds when nothing is in flight (Q). Each query returns the
 * offenders, so no rows means that it holds.
 */
import type pg from 'pg';
import type { SandboxProcess } from './sandbox-process.ts';

const ALWAYS: Readonly<Record<string, string>> = {
  'A1 debits equal credits': `SELECT currency FROM ledger_account_totals GROUP BY currency
     HAVING sum(debits_posted) <> sum(credits_posted) OR sum(debits_pending) <> sum(credits_pending)`,
  'A2 running totals equal the transfers': `SELECT a.id FROM ledger_accounts a JOIN ledger_account_totals t USING (id)
     WHERE a.bounded AND (a.debits_posted, a.credits_posted, a.debits_pending, a.credits_pending)
       IS DISTINCT FROM (t.debits_posted, t.credits_posted, t.debits_pending, t.credits_pending)`,
  'A3 never captured more than the amount, never refunded more than captured': `SELECT p.id FROM payments p JOIN payment_amounts m ON m.payment_id = p.id
     WHERE m.captured + m.capturable > p.amount OR m.refunded + m.refund_pending > m.captured OR m.refundable < 0`,
  'A4 status and books agree': `SELECT p.id FROM payments p LEFT JOIN payment_amounts m ON m.payment_id = p.id
     WHERE (p.status = 'SUCCEEDED') <> (coalesce(m.captured, 0) > 0)
        OR (p.status = 'REQUIRES_CAPTURE') <> (coalesce(m.capturable, 0) > 0)`,
  'A5 one order and one payment per completed checkout, and none that is kept of another': `SELECT c.id FROM checkouts c
     LEFT JOIN orders o ON o.checkout_id = c.id
     LEFT JOIN (payments p LEFT JOIN payment_amounts m ON m.payment_id = p.id) ON p.checkout_id = c.id
       AND CASE WHEN o.id IS NULL THEN m.refundable > 0 ELSE p.status = 'SUCCEEDED' OR p.capture_method = 'MANUAL' END
     GROUP BY c.id, c.status
     HAVING (c.status = 'COMPLETED') <> (count(DISTINCT o.id) = 1)
        OR (c.status = 'COMPLETED') <> (count(DISTINCT p.id) = 1)`,
  'A6 captured is ordered': `SELECT o.id FROM orders o JOIN payments p ON p.checkout_id = o.checkout_id
     AND p.status = 'SUCCEEDED' AND p.capture_method = 'AUTOMATIC' JOIN payment_amounts m ON m.payment_id = p.id WHERE m.captured <> o.total`,
  'A7 totals equal lines, shipping and tax': `SELECT c.id FROM checkouts c LEFT JOIN line_items l ON l.checkout_id = c.id
     GROUP BY c.id HAVING c.subtotal <> coalesce(sum(l.line_amount), 0)
       OR c.tax_total <> coalesce(sum(l.tax_amount), 0) + c.shipping_tax
       OR c.total <> c.subtotal + c.shipping_total + c.tax_total`,
  'A8 refunds and the ledger agree': `SELECT r.id FROM refunds r
     LEFT JOIN ledger_transfers t ON t.pending_id = r.pending_transfer_id
     LEFT JOIN ledger_transactions back ON back.idempotency_key = 'refund_returned:' || r.id
     WHERE CASE r.status WHEN 'PENDING' THEN t.id IS NOT NULL
       WHEN 'SUCCEEDED' THEN t.kind IS DISTINCT FROM 'POST_PENDING' OR back.id IS NOT NULL
       ELSE t.kind IS DISTINCT FROM 'VOID_PENDING' AND back.id IS NULL END`,
  'A9 refunded quantities are those of the refunds': `SELECT l.id FROM line_items l LEFT JOIN (
       SELECT rl.line_item_id, sum(rl.quantity) AS quantity FROM refund_lines rl
       JOIN refunds r ON r.id = rl.refund_id AND r.status <> 'FAILED' GROUP BY 1) x ON x.line_item_id = l.id
     WHERE l.refunded_quantity <> coalesce(x.quantity, 0)`,
  'A12 what was taken and not given back is allotted, and no more of a part than was sold': `
     WITH allotted AS (
       SELECT x.payment_id, sum(t.amount * CASE WHEN d.code = 'clearing:payments' THEN 1 ELSE -1 END) AS total,
         sum(CASE WHEN 'liabilities:tax' = d.code THEN -t.amount WHEN 'liabilities:tax' = k.code THEN t.amount ELSE 0 END) AS tax,
         sum(CASE WHEN 'revenue:shipping' = d.code THEN -t.amount WHEN 'revenue:shipping' = k.code THEN t.amount ELSE 0 END) AS shipping
       FROM ledger_transfers t JOIN ledger_transactions x ON x.id = t.transaction_id
       JOIN ledger_accounts d ON d.id = t.debit_account_id JOIN ledger_accounts k ON k.id = t.credit_account_id
       WHERE 'clearing:payments' IN (d.code, k.code) GROUP BY x.payment_id)
     SELECT p.id, a.*, m.captured, m.refunded FROM payments p JOIN checkouts c ON c.id = p.checkout_id
     LEFT JOIN allotted a ON a.payment_id = p.id
     LEFT JOIN (SELECT x.payment_id, sum(t.amount) FILTER (WHERE x.type = 'CAPTURE') AS captured,
         sum(CASE x.type WHEN 'REFUND_PAID' THEN t.amount WHEN 'REFUND_RETURNED' THEN -t.amount END) AS refunded
       FROM ledger_transfers t JOIN ledger_transactions x ON x.id = t.transaction_id
       JOIN ledger_accounts own ON own.payment_id = x.payment_id AND own.id IN (t.debit_account_id, t.credit_account_id)
       GROUP BY x.payment_id) m ON m.payment_id = p.id
     WHERE coalesce(a.total, 0) <> coalesce(m.captured, 0) - coalesce(m.refunded, 0)
        OR a.tax NOT BETWEEN 0 AND c.tax_total OR a.shipping NOT BETWEEN 0 AND c.shipping_total
        OR m.captured = c.total AND coalesce(m.refunded, 0) = 0
          AND (a.tax, a.shipping) IS DISTINCT FROM (c.tax_total::numeric, c.shipping_total::numeric)
        OR m.captured = m.refunded AND (a.tax, a.shipping) IS DISTINCT FROM (0::numeric, 0::numeric)`,
  'A13 disputes and the ledger agree': `SELECT d.id FROM disputes d
     LEFT JOIN ledger_transactions taken ON taken.idempotency_key = 'dispute:' || d.id
     LEFT JOIN ledger_transactions won ON won.idempotency_key = 'dispute_won:' || d.id
     LEFT JOIN ledger_transactions lost ON lost.idempotency_key = 'dispute_lost:' || d.id
     LEFT JOIN ledger_transfers t ON t.pending_id = d.pending_transfer_id
     WHERE (taken.id IS NOT NULL) <> (d.status IN ('NEEDS_RESPONSE', 'UNDER_REVIEW', 'WON', 'LOST'))
        OR (won.id IS NOT NULL) <> (d.status = 'WON') OR (lost.id IS NOT NULL) <> (d.status = 'LOST')
        OR d.pending_transfer_id IS NOT NULL AND t.kind IS DISTINCT FROM
          CASE d.status WHEN 'WON' THEN 'VOID_PENDING' WHEN 'LOST' THEN 'POST_PENDING' END`,
  'A14 what is with the bank is what is disputed': `SELECT a.currency FROM ledger_account_totals a
     LEFT JOIN (SELECT provider, currency, sum(amount) AS amount FROM disputes
       WHERE status IN ('NEEDS_RESPONSE', 'UNDER_REVIEW') GROUP BY 1, 2) d
       ON a.code = 'assets:disputed:' || d.provider AND a.currency = d.currency
     WHERE a.code LIKE 'assets:disputed:%' AND a.debits_posted - a.credits_posted <> coalesce(d.amount, 0)`,
  'A16 nothing is refundable that a bank has taken or is about to': `SELECT m.payment_id FROM payment_amounts m
     JOIN disputes d ON d.payment_id = m.payment_id AND d.status IN ('NEEDS_RESPONSE', 'UNDER_REVIEW', 'LOST')
     GROUP BY m.payment_id, m.refundable, m.disputed, m.lost HAVING m.refundable > 0 AND sum(d.amount) > m.disputed + m.lost`,
  'A15 the lines of a refund are part of it': `SELECT r.id FROM refunds r JOIN refund_lines l ON l.refund_id = r.id
     GROUP BY r.id HAVING sum(l.amount) > r.amount`,
  'A11 timelines have no holes': `SELECT payment_id FROM payment_events GROUP BY payment_id
     HAVING max(seq) <> count(*) OR min(seq) <> 1`,
};

const AT_REST: Readonly<Record<string, string>> = {
  'Q1 no checkout in flight': `SELECT id, status, step FROM checkouts
     WHERE status = 'PAYING' OR step NOT IN ('RESERVE', 'AWAIT_BUYER', 'DONE')`,
  'Q1 no provider call in flight': `SELECT id, operation FROM provider_requests WHERE state = 'INTENDED'`,
  'Q4 no hold is loose': `SELECT reservation_id FROM loose_holds`,
  'Q2 nothing authorized or kept without an order': `SELECT p.id FROM payments p JOIN checkouts c ON c.id = p.checkout_id
     JOIN payment_amounts m ON m.payment_id = p.id
     WHERE c.status IN ('FAILED', 'EXPIRED', 'CANCELED') AND (m.capturable > 0 OR m.captured > m.refunded)`,
};

/** What the provider says of its intents, as rows ($1) beside ours. */
const X1_BOOKS = `SELECT s.id, p.id AS payment, s.status, p.status AS ours
  FROM jsonb_to_recordset($1::jsonb) AS s
    (id text, status text, amount_capturable bigint, amount_received bigint, latest_charge jsonb)
  FULL JOIN payments p ON p.provider_reference = s.id
  LEFT JOIN payment_amounts m ON m.payment_id = p.id
  WHERE (s.id IS NULL AND p.provider_reference IS NOT NULL)
     OR (p.id IS NULL AND s.amount_received + s.amount_capturable > 0)
     OR s.amount_received <> coalesce(m.captured, 0)
     OR s.amount_capturable <> coalesce(m.capturable, 0)
     OR coalesce((s.latest_charge ->> 'amount_refunded')::bigint, 0) <> coalesce(m.refunded + m.refund_pending, 0)`;

/** Names and offenders of what does not hold; an empty object when all does. */
export async function brokenInvariants(
  { pool, sandbox }: { readonly pool: pg.Pool; readonly sandbox: Pick<SandboxProcess, 'list'> },
  when: 'always' | 'at rest',
): Promise<Readonly<Record<string, unknown>>> {
  const queries = when === 'always' ? ALWAYS : { ...ALWAYS, ...AT_REST };
  const broken: Record<string, unknown> = {};
  const intents = when === 'always' ? [] : await sandbox.list('/v1/payment_intents');
  const client = await pool.connect();
  try {
    // One snapshot: what moves between two queries is not a contradiction.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    for (const [name, sql] of Object.entries(queries)) {
      const { rows } = await client.query(sql);
      if (rows.length > 0) broken[name] = rows;
    }
    if (when === 'at rest') {
      const { rows } = await client.query(X1_BOOKS, [JSON.stringify(intents)]);
      if (rows.length > 0) broken['X1 the books of the provider and ours agree'] = rows;
    }
    await client.query('COMMIT');
  } finally {
    client.release();
  }
  return broken;
}
