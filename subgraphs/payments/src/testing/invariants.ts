/**
 * What always holds of the books (A), and what holds when nothing is in flight (Q). Each query returns the
 * offenders, so no rows means that it holds.
 */
import type pg from 'pg';

const ALWAYS: Readonly<Record<string, string>> = {
  'A1 debits equal credits': `SELECT currency FROM ledger_account_totals GROUP BY currency
     HAVING sum(debits_posted) <> sum(credits_posted) OR sum(debits_pending) <> sum(credits_pending)`,
  'A2 running totals equal the transfers': `SELECT a.id FROM ledger_accounts a JOIN ledger_account_totals t USING (id)
     WHERE a.bounded AND (a.debits_posted, a.credits_posted, a.debits_pending, a.credits_pending)
       IS DISTINCT FROM (t.debits_posted, t.credits_posted, t.debits_pending, t.credits_pending)`,
  'A3 never captured more than the amount': `SELECT p.id FROM payments p JOIN payment_amounts m ON m.payment_id = p.id
     WHERE m.captured + m.capturable > p.amount`,
  'A4 status and books agree': `SELECT p.id FROM payments p LEFT JOIN payment_amounts m ON m.payment_id = p.id
     WHERE (p.status = 'SUCCEEDED') <> (coalesce(m.captured, 0) > 0)
        OR (p.status = 'REQUIRES_CAPTURE') <> (coalesce(m.capturable, 0) > 0)`,
  'A5 one order and one payment per completed checkout': `SELECT c.id FROM checkouts c
     LEFT JOIN orders o ON o.checkout_id = c.id
     LEFT JOIN payments p ON p.checkout_id = c.id AND p.status = 'SUCCEEDED'
     GROUP BY c.id, c.status
     HAVING (c.status = 'COMPLETED') <> (count(DISTINCT o.id) = 1)
        OR (c.status = 'COMPLETED') <> (count(DISTINCT p.id) = 1)`,
  'A6 captured is ordered': `SELECT o.id FROM orders o JOIN payments p ON p.checkout_id = o.checkout_id
     AND p.status = 'SUCCEEDED' JOIN payment_amounts m ON m.payment_id = p.id WHERE m.captured <> o.total`,
  'A7 totals equal lines': `SELECT c.id FROM checkouts c LEFT JOIN line_items l ON l.checkout_id = c.id
     GROUP BY c.id HAVING c.total <> coalesce(sum(l.line_amount), 0)`,
  'A11 timelines have no holes': `SELECT payment_id FROM payment_events GROUP BY payment_id
     HAVING max(seq) <> count(*) OR min(seq) <> 1`,
};

const AT_REST: Readonly<Record<string, string>> = {
  'Q1 no checkout in flight': `SELECT id, status, step FROM checkouts
     WHERE status = 'PAYING' OR step NOT IN ('RESERVE', 'AWAIT_BUYER', 'DONE')`,
  'Q1 no provider call in flight': `SELECT id, operation FROM provider_requests WHERE state = 'INTENDED'`,
  'Q2 nothing authorized without an order': `SELECT p.id FROM payments p JOIN checkouts c ON c.id = p.checkout_id
     JOIN payment_amounts m ON m.payment_id = p.id
     WHERE c.status IN ('FAILED', 'EXPIRED', 'CANCELED') AND (m.capturable > 0 OR m.captured > 0)`,
  'X1 the provider charged every order once': `SELECT coalesce(p.id, o.id) FROM orders o
     FULL JOIN payments p ON p.checkout_id = o.checkout_id AND p.status = 'SUCCEEDED'
     FULL JOIN (SELECT i.reference, i.payment_id, count(c.id) AS charges, sum(c.amount) AS charged
       FROM sandbox.intents i JOIN sandbox.charges c USING (reference) GROUP BY 1, 2) s ON s.reference = p.provider_reference
     WHERE (o.id IS NOT NULL OR s.reference IS NOT NULL)
       AND (o.id IS NULL OR p.id IS NULL OR s.charges IS DISTINCT FROM 1 OR s.charged <> o.total)`,
  'X1 nothing stays authorized at the provider': `SELECT reference FROM sandbox.intents WHERE status = 'requires_capture'`,
};

/** Names and offenders of what does not hold; an empty object when all does. */
export async function brokenInvariants(
  pool: pg.Pool,
  when: 'always' | 'at rest',
): Promise<Readonly<Record<string, unknown>>> {
  const queries = when === 'always' ? ALWAYS : { ...ALWAYS, ...AT_REST };
  const broken: Record<string, unknown> = {};
  const client = await pool.connect();
  try {
    // One snapshot: what moves between two queries is not a contradiction.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    for (const [name, sql] of Object.entries(queries)) {
      const { rows } = await client.query(sql);
      if (rows.length > 0) broken[name] = rows;
    }
    await client.query('COMMIT');
  } finally {
    client.release();
  }
  return broken;
}
