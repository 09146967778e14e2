/** Whether payments, the provider, products and the clients tell the same story. */
import { typedId } from '@tributary/subgraph-kit';
import { reservationId } from '../../subgraphs/payments/src/domain/reservation-id.ts';
import { brokenInvariants } from '../../subgraphs/payments/src/testing/invariants.ts';
import type { Journal } from './journal.ts';
import type { ChaosWorld } from './start-world.ts';

export type Violations = Readonly<Record<string, unknown>>;

const checkoutId = typedId('chk');
const orderId = typedId('ord');
const refundId = typedId('rfd');

const booksOf = ({ pool, listIntents }: ChaosWorld) => ({ pool, sandbox: { list: () => listIntents() } });

/** In one snapshot, at any time. */
export const alwaysBroken = (world: ChaosWorld): Promise<Violations> =>
  brokenInvariants(booksOf(world), 'always');

/** Adds to the counts what the books say that happened. */
export async function countBooks({ pool }: ChaosWorld, journal: Journal): Promise<void> {
  const { rows } = await pool.query<{ what: string; count: number }>(
    `SELECT 'books: checkouts ' || status AS what, count(*) FROM checkouts GROUP BY 1
     UNION ALL SELECT 'books: payments ' || status, count(*) FROM payments GROUP BY 1
     UNION ALL SELECT 'books: orders ' || status, count(*) FROM orders GROUP BY 1
     UNION ALL SELECT 'books: refunds ' || status, count(*) FROM refunds GROUP BY 1
     UNION ALL SELECT 'books: transfers ' || kind, count(*) FROM ledger_transfers GROUP BY 1
     UNION ALL SELECT 'books: events ' || type, count(*) FROM provider_events GROUP BY 1`,
  );
  for (const { what, count } of rows) journal.count(what, count);
}

/** When nobody asks for anything any more. */
export async function finallyBroken(world: ChaosWorld, journal: Journal): Promise<Violations> {
  const broken: Record<string, unknown> = { ...(await brokenInvariants(booksOf(world), 'at rest')) };
  const { rows: left } = await world.pool.query(
    `SELECT 'event' AS what, event_id AS id FROM provider_events WHERE processed_at IS NULL
     UNION ALL SELECT 'key', scope || '/' || key FROM idempotency_keys WHERE state = 'IN_PROGRESS'
     UNION ALL SELECT 'open checkout', id::text FROM checkouts WHERE status = 'OPEN'
     UNION ALL SELECT 'refund', id::text FROM refunds WHERE status = 'PENDING'`,
  );
  if (left.length > 0) broken['Q3 nothing is stuck'] = left;
  const unanswered = journal.counts.get('never answered') ?? 0;
  if (unanswered > 0) broken['Q5 everybody is answered'] = `${unanswered} were not`;
  const stock = await stockDiffers(world);
  if (stock.length > 0) broken['X2 the stock of every order is sold, and of nothing else'] = stock;
  const told = await clientsMisled(world, journal);
  if (told.length > 0) broken['X4 what clients were told is so'] = told;
  return broken;
}

interface CheckoutRow {
  readonly id: string;
  readonly status: string;
  readonly revision: number;
  readonly last_revision: number;
  readonly order_id: string | null;
  readonly order_status: string | null;
  readonly captured: number;
  readonly lines: readonly {
    readonly variantId: string;
    readonly quantity: number;
    readonly amount: number;
  }[];
}

async function readCheckouts({ pool }: ChaosWorld): Promise<readonly CheckoutRow[]> {
  const { rows } = await pool.query<CheckoutRow>(
    `SELECT c.id, c.status, c.revision, c.last_revision, o.id AS order_id, o.status AS order_status,
       (SELECT coalesce(sum(m.captured), 0)::bigint FROM payments p JOIN payment_amounts m ON m.payment_id = p.id
         WHERE p.checkout_id = c.id) AS captured,
       (SELECT coalesce(json_agg(json_build_object('variantId', l.variant_id, 'quantity', l.quantity,
         'amount', l.unit_amount) ORDER BY l.variant_id), '[]') FROM line_items l WHERE l.checkout_id = c.id) AS lines
     FROM checkouts c LEFT JOIN orders o ON o.checkout_id = c.id`,
  );
  return rows;
}

const RESERVATION = `query ($id: ID!) {
  inventoryReservation(id: $id) { status lines { variantId quantity unitPrice { amount } } }
}`;

async function stockDiffers(world: ChaosWorld): Promise<readonly unknown[]> {
  const differences: unknown[] = [];
  for (const [checkout, revision] of (await readCheckouts(world)).flatMap(holdsOf)) {
    const { data, errors } = await world.products(RESERVATION, { id: reservationId(checkout.id, revision) });
    if (errors !== undefined)
      throw new Error(`products does not say what it holds: ${JSON.stringify(errors)}`);
    const reservation = data.inventoryReservation;
    const status: string = reservation?.status ?? 'NONE';
    const isCurrent = revision === checkout.revision;
    const sold = isCurrent && checkout.order_id !== null && checkout.order_status !== 'CANCELED';
    if (
      sold !== (status === 'COMMITTED') ||
      ['PENDING', 'HELD', 'COMMITTING', 'RELEASING', 'RESTOCKING'].includes(status)
    ) {
      differences.push({ checkout: checkout.id, revision, status: checkout.status, reservation: status });
    } else if (sold) {
      const lines = reservation.lines
        .map((line: { variantId: string; quantity: number; unitPrice: { amount: number } }) => ({
          variantId: line.variantId,
          quantity: line.quantity,
          amount: line.unitPrice.amount,
        }))
        .sort((a: { variantId: string }, b: { variantId: string }) => (a.variantId < b.variantId ? -1 : 1));
      const ours = [...checkout.lines].sort((a, b) => (a.variantId < b.variantId ? -1 : 1));
      if (JSON.stringify(lines) !== JSON.stringify(ours))
        differences.push({ checkout: checkout.id, lines, ours });
    }
  }
  return differences;
}

/** Every hold that was ever made or meant for it. */
const holdsOf = (checkout: CheckoutRow): readonly (readonly [CheckoutRow, number])[] =>
  Array.from({ length: checkout.last_revision + 1 }, (_, revision) => [checkout, revision] as const);

async function clientsMisled(world: ChaosWorld, journal: Journal): Promise<readonly unknown[]> {
  const checkouts = new Map((await readCheckouts(world)).map((row) => [checkoutId.fromUuid(row.id), row]));
  const { rows: refunds } = await world.pool.query<{ id: string; amount: number }>(
    'SELECT id, amount FROM refunds',
  );
  const amounts = new Map(refunds.map(({ id, amount }) => [refundId.fromUuid(id), amount]));
  const purchases = journal.purchases.filter(({ checkoutId: id, order, orderCanceled, told }) => {
    const row = checkouts.get(id);
    if (row === undefined) return true;
    if (orderCanceled === true && row.order_status !== 'CANCELED') return true;
    const isOrdered = row.order_id !== null;
    if (order !== undefined) return row.order_id === null || orderId.fromUuid(row.order_id) !== order;
    // Told a final no, or told nothing but no: then nothing was taken.
    const last = told.at(-1);
    const isFinal = ['declined', 'refused', 'failed', 'expired', 'canceled', 'left alone'].includes(
      last ?? '',
    );
    return isFinal && (isOrdered || row.captured > 0);
  });
  const misled = journal.refunds.filter(({ refundId: id, amount }) => amounts.get(id) !== amount);
  return [...purchases, ...misled];
}
