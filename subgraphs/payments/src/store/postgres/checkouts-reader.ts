import type pg from 'pg';
import type { LineItem } from '../../domain/model.ts';
import type { Reader } from '../reader.ts';
import { toCheckout, type CheckoutRow } from './checkout-rows.ts';

interface LineRow {
  readonly id: string;
  readonly checkout_id: string;
  readonly buyer_id: string | null;
  readonly variant_id: string;
  readonly product_id: string;
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly refunded_quantity: number;
  readonly unit_amount: number;
  readonly line_amount: number;
  readonly tax_amount: number;
  readonly tax_category: string;
  readonly requires_shipping: boolean;
  readonly variant_version: number;
  readonly currency: string;
}

const LINES = `SELECT l.*, c.currency, c.buyer_id FROM line_items l JOIN checkouts c ON c.id = l.checkout_id`;

export function createCheckoutReader(
  pool: pg.Pool,
): Pick<Reader, 'checkoutsByIds' | 'linesByCheckoutIds' | 'linesByIds'> {
  return {
    checkoutsByIds: async (ids) => {
      const { rows } = await pool.query<CheckoutRow>('SELECT * FROM checkouts WHERE id = ANY ($1)', [ids]);
      return rows.map(toCheckout);
    },
    linesByCheckoutIds: (checkoutIds) => readLines(pool, checkoutIds),
    linesByIds: async (ids) => {
      const { rows } = await pool.query<LineRow>(`${LINES} WHERE l.id = ANY ($1)`, [ids]);
      return rows.map(toLine);
    },
  };
}

/** In the order they were asked for. */
export async function readLines(
  client: pg.Pool | pg.PoolClient,
  checkoutIds: readonly string[],
): Promise<readonly LineItem[]> {
  const { rows } = await client.query<LineRow>(
    `${LINES} WHERE l.checkout_id = ANY ($1) ORDER BY l.checkout_id, l.position`,
    [checkoutIds],
  );
  return rows.map(toLine);
}

const toLine = (row: LineRow): LineItem => ({
  id: row.id,
  checkoutId: row.checkout_id,
  buyerId: row.buyer_id,
  variantId: row.variant_id,
  productId: row.product_id,
  sku: row.sku,
  title: row.title,
  quantity: row.quantity,
  refundedQuantity: row.refunded_quantity,
  unitPrice: { amount: row.unit_amount, currency: row.currency },
  variantVersion: row.variant_version,
  taxCategory: row.tax_category,
  requiresShipping: row.requires_shipping,
  taxTotal: { amount: row.tax_amount, currency: row.currency },
  total: { amount: row.line_amount, currency: row.currency },
});
