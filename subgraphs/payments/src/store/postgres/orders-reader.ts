import type { Page } from '@tributary/subgraph-kit';
import type pg from 'pg';
import type { Order, OrderAddress, OrderStatus } from '../../domain/model.ts';
import type { Reader } from '../reader.ts';
import { toTotals, type TotalsRow } from './checkout-rows.ts';
import { filteredCount, filteredPage } from './filtered-page.ts';
import { groupByKey, keyset } from './keyset.ts';

interface OrderRow extends TotalsRow {
  readonly id: string;
  readonly number: string;
  readonly status: OrderStatus;
  readonly checkout_id: string;
  readonly buyer_id: string | null;
  readonly email: string | null;
  readonly shipping_address: OrderAddress | null;
  readonly billing_address: OrderAddress | null;
  readonly placed_at: Date;
  readonly canceled_at: Date | null;
}

const ORDERS = `SELECT o.*, c.subtotal, c.shipping_total, c.tax_total, c.email, c.shipping_address, c.billing_address
  FROM orders o JOIN checkouts c ON c.id = o.checkout_id`;
const LIST = { table: 'orders', alias: 'o', select: ORDERS, at: 'placed_at', amount: 'total' };
const WITH_PRODUCT = 'o.checkout_id IN (SELECT l.checkout_id FROM line_items l WHERE l.product_id = ?)';

type OrderReader = Pick<
  Reader,
  | 'ordersByIds'
  | 'ordersByNumbers'
  | 'ordersByCheckoutIds'
  | 'orderPage'
  | 'orderCount'
  | 'orderPages'
  | 'orderCounts'
>;

export function createOrderReader(pool: pg.Pool): OrderReader {
  const orders = async (condition: string, parameters: readonly unknown[]): Promise<readonly Order[]> => {
    const { rows } = await pool.query<OrderRow>(`${ORDERS} ${condition}`, [...parameters]);
    return rows.map(toOrder);
  };
  return {
    ordersByIds: (ids) => orders('WHERE o.id = ANY ($1)', [ids]),
    ordersByNumbers: (numbers) => orders('WHERE o.number = ANY ($1)', [numbers]),
    ordersByCheckoutIds: (ids) => orders('WHERE o.checkout_id = ANY ($1)', [ids]),
    orderPage: async (page, filter) => {
      const { text, parameters } = filteredPage(LIST, page, filter, { [WITH_PRODUCT]: filter.productId });
      const { rows } = await pool.query<OrderRow>(text, [...parameters]);
      return rows.map(toOrder);
    },
    orderCount: async (filter) => {
      const { text, parameters } = filteredCount(LIST, filter, { [WITH_PRODUCT]: filter.productId });
      const { rows } = await pool.query<{ count: number }>(text, [...parameters]);
      return rows[0]?.count ?? 0;
    },
    orderPages: (buyerIds, page) => orderPages(pool, buyerIds, page),
    orderCounts: async (buyerIds) => {
      const { rows } = await pool.query<{ buyer_id: string; count: number }>(
        'SELECT buyer_id, count(*) FROM orders WHERE buyer_id = ANY ($1) GROUP BY buyer_id',
        [buyerIds],
      );
      return new Map(rows.map((row) => [row.buyer_id, row.count]));
    },
  };
}

/** The index on (buyer_id, placed_at, id) is walked once per buyer, for one page each. */
async function orderPages(
  pool: pg.Pool,
  buyerIds: readonly string[],
  page: Page,
): Promise<ReadonlyMap<string, readonly Order[]>> {
  const { where, orderBy, limit, parameters } = keyset(page, 'o.placed_at', 'o.id', 2);
  const { rows } = await pool.query<OrderRow>(
    `SELECT x.* FROM unnest($1::text[]) AS buyer (id)
     CROSS JOIN LATERAL (
       ${ORDERS} WHERE o.buyer_id = buyer.id AND ${where} ORDER BY ${orderBy} LIMIT ${limit}
     ) x`,
    [buyerIds, ...parameters],
  );
  return groupByKey(rows.map(toOrder), ({ buyerId }) => buyerId ?? '');
}

const toOrder = (row: OrderRow): Order => ({
  id: row.id,
  number: row.number,
  status: row.status,
  checkoutId: row.checkout_id,
  buyerId: row.buyer_id,
  email: row.email,
  ...toTotals(row),
  shippingAddress: row.shipping_address,
  billingAddress: row.billing_address,
  placedAt: row.placed_at,
  canceledAt: row.canceled_at,
});
