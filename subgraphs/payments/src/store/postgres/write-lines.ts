import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';
import type { OrderAddress } from '../../domain/model.ts';
import type { Prices, TaxedLine } from '../../pricing/price-checkout.ts';

/** What an open checkout costs, and its lines in place of those it had; a variant that stays keeps its line's id. */
export async function writePrices(client: pg.PoolClient, checkoutId: string, prices: Prices): Promise<void> {
  await client.query(`UPDATE checkouts SET ${SET_PRICES} WHERE id = $1`, [checkoutId, ...pricesOf(prices)]);
  const { rows } = await client.query<{ id: string; variant_id: string }>(
    'DELETE FROM line_items WHERE checkout_id = $1 RETURNING id, variant_id',
    [checkoutId],
  );
  await insertLines(
    client,
    checkoutId,
    prices.lines,
    new Map(rows.map(({ id, variant_id }) => [variant_id, id])),
  );
}

/** SQL: sets what `pricesOf` tells, where `$1` is the checkout's id. */
export const SET_PRICES = `subtotal = $2, shipping_total = $3, shipping_tax = $4, tax_total = $5, total = $6,
  lacks_address = $7`;

export const pricesOf = (prices: Prices): readonly unknown[] => [
  prices.subtotal,
  prices.shippingTotal,
  prices.shippingTax,
  prices.taxTotal,
  prices.total,
  prices.lacksAddress,
];

/** @param ids Of the variants whose line had one before. */
export async function insertLines(
  client: pg.PoolClient,
  checkoutId: string,
  lines: readonly TaxedLine[],
  ids: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  await client.query(
    `INSERT INTO line_items
       (checkout_id, id, position, variant_id, product_id, sku, title, variant_version, quantity, unit_amount,
        tax_category, requires_shipping, tax_amount)
     SELECT $1, * FROM unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[],
       $9::int[], $10::bigint[], $11::text[], $12::boolean[], $13::bigint[])`,
    [
      checkoutId,
      lines.map(({ variantId }) => ids.get(variantId) ?? newUuid()),
      lines.map((_, index) => index),
      lines.map(({ variantId }) => variantId),
      lines.map(({ productId }) => productId),
      lines.map(({ sku }) => sku),
      lines.map(({ title }) => title),
      lines.map(({ variantVersion }) => variantVersion),
      lines.map(({ quantity }) => quantity),
      lines.map(({ unitPrice }) => unitPrice.amount),
      lines.map(({ taxCategory }) => taxCategory),
      lines.map(({ requiresShipping }) => requiresShipping),
      lines.map(({ tax }) => tax),
    ],
  );
}

export const toJson = (address: OrderAddress | null): string | null =>
  address === null ? null : JSON.stringify(address);
