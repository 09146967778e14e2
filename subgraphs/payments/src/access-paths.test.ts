/** What operators filter their lists by is found by an index, in a database with many sales. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createWorld, newBuyer, type RunningPayments, type World } from './testing/harness.ts';

const OPERATOR = newBuyer(['payments:read', 'orders:read']);

let world: World;
let payments: RunningPayments;

beforeAll(async () => {
  world = await createWorld();
  await world.pool.query(MANY_SALES);
  await world.pool.query('ANALYZE');
  payments = await world.start({ timing: { pollMs: 600_000 } });
});

afterAll(() => world.close());

/** One a minute. Of buyers, products and amounts there are many; of one provider and one status few. */
const MANY_SALES = `
  BEGIN;
  SET LOCAL session_replication_role = replica;
  CREATE TEMP TABLE sales ON COMMIT DROP AS
    SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid AS id, n, 'usr_' || n % 2000 AS buyer,
      timestamptz '2026-01-01' + n * interval '1 minute' AS at
    FROM generate_series(1, 20000) n;
  INSERT INTO checkouts (id, buyer_id, currency, subtotal, total, status, step, expires_at)
    SELECT id, buyer, 'EUR', n, n, 'COMPLETED', 'DONE', at FROM sales;
  INSERT INTO line_items (id, checkout_id, position, variant_id, product_id, sku, title, variant_version, quantity, unit_amount)
    SELECT id, id, 0, 'v', 'prd_' || n % 1000, 's', 't', 1, 1, n FROM sales;
  INSERT INTO payments (id, checkout_id, buyer_id, currency, amount, status, provider, created_at)
    SELECT id, id, buyer, 'EUR', n, CASE WHEN n % 500 = 0 THEN 'CANCELED' ELSE 'SUCCEEDED' END,
      CASE WHEN n % 500 = 1 THEN 'stripe' ELSE 'sandbox' END, at FROM sales;
  INSERT INTO orders (id, number, checkout_id, buyer_id, currency, total, status, placed_at)
    SELECT id, 'TRB-' || n, id, buyer, 'EUR', n, CASE WHEN n % 500 = 0 THEN 'REFUNDED' ELSE 'CONFIRMED' END, at FROM sales;
  COMMIT;`;

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): readonly PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** How PostgreSQL reads a page of ten and, when it is asked for, counts all; the workers' own statements are no matter. */
async function plansOf(
  list: string,
  filter: string,
  fields: string,
): Promise<readonly (readonly PlanNode[])[]> {
  const before = payments.statements.length;
  const { errors } = await payments.request(
    `{ ${list}(first: 10, filter: { ${filter} }) { ${fields} } }`,
    {},
    OPERATOR,
  );
  expect(errors).toBeUndefined();
  const plans = [];
  const isOfList = ({ text }: { readonly text: string }): boolean =>
    text.includes(`FROM ${list} `) && (text.includes('LIMIT 11') || text.startsWith('SELECT count(*)'));
  for (const { text, parameters } of payments.statements.slice(before).filter(isOfList)) {
    const { rows } = await world.pool.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (FORMAT JSON) ${text}`,
      [...parameters],
    );
    plans.push(...rows.map((row) => nodesOf(row['QUERY PLAN'][0].Plan)));
  }
  return plans;
}

const MANY: ReadonlySet<string | undefined> = new Set(['payments', 'orders', 'checkouts', 'line_items']);
const scanned = (nodes: readonly PlanNode[]): readonly PlanNode[] =>
  nodes.filter((node) => node['Node Type'] === 'Seq Scan' && MANY.has(node['Relation Name']));
const indexesOf = (nodes: readonly PlanNode[]): readonly (string | undefined)[] =>
  nodes.map((node) => node['Index Name']);

const euros = (min: number, max: number): string =>
  `amountMin: { amount: ${min}, currency: "EUR" }, amountMax: { amount: ${max}, currency: "EUR" }`;
const AT = '2026-01-07T00:00:00.000Z';

describe('a list of an operator', () => {
  it.each([
    ['payments', 'status: [CANCELED]', 'payments_of_status'],
    ['payments', 'status: [CANCELED, REQUIRES_CAPTURE]', 'payments_of_status'],
    ['payments', 'buyerId: "usr_7"', 'payments_of_buyer'],
    ['payments', euros(500, 520), 'payments_by_amount'],
    ['payments', `createdAfter: "${AT}", createdBefore: "2026-01-07T01:00:00.000Z"`, 'payments_newest'],
    ['payments', 'provider: "stripe"', 'payments_of_provider'],
    ['orders', 'status: [REFUNDED]', 'orders_of_status'],
    ['orders', 'status: [REFUNDED, CANCELED]', 'orders_of_status'],
    ['orders', 'buyerId: "usr_7"', 'orders_of_buyer'],
    ['orders', euros(500, 520), 'orders_by_amount'],
    ['orders', `placedAfter: "${AT}", placedBefore: "2026-01-07T01:00:00.000Z"`, 'orders_newest'],
    ['orders', 'productId: "prd_7"', 'line_items_product'],
  ])('of %s by %s reads its page and its count by %s', async (list, filter, index) => {
    const plans = await plansOf(list, filter, 'totalCount nodes { id }');
    expect(plans).toHaveLength(2);
    for (const nodes of plans) {
      expect(scanned(nodes)).toEqual([]);
      expect(indexesOf(nodes)).toContain(index);
    }
  });

  it.each([
    ['payments', '', 'payments_newest'],
    ['payments', 'status: [SUCCEEDED]', 'payments_of_status'],
    ['payments', 'provider: "sandbox"', 'payments_newest'],
    ['payments', `createdBefore: "${AT}"`, 'payments_newest'],
    ['orders', '', 'orders_newest'],
    ['orders', 'status: [CONFIRMED]', 'orders_of_status'],
    ['orders', `placedAfter: "${AT}"`, 'orders_newest'],
  ])('of %s by %s, which nearly all are, reads one page by %s', async (list, filter, index) => {
    const plans = await plansOf(list, filter, 'nodes { id }');
    expect(plans).toHaveLength(1);
    expect(plans.flatMap(scanned)).toEqual([]);
    expect(plans.flatMap(indexesOf)).toContain(index);
  });
});
