import type pg from 'pg';
import type { Purchase, VerifiedBuyer } from '../../domain/product-model.ts';
import type { Reader } from '../reader.ts';
import { groupByKey, keyset } from './keyset.ts';

/** Orders as far as others may know of them: one that was canceled is no purchase. */
const SOLD = `line_items l JOIN orders o ON o.checkout_id = l.checkout_id AND o.status <> 'CANCELED'`;
const VERIFIED = `${SOLD} JOIN checkouts c ON c.id = o.checkout_id AND c.show_as_verified_buyer`;

export function createProductReader(
  pool: pg.Pool,
): Pick<Reader, 'purchases' | 'productSales' | 'verifiedBuyerPages' | 'verifiedBuyerCounts'> {
  return {
    purchases: async (pairs) => {
      const { rows } = await pool.query<Purchase>(
        `SELECT DISTINCT o.buyer_id AS "buyerId", l.product_id AS "productId"
         FROM unnest($1::text[], $2::text[]) AS asked (buyer_id, product_id)
         JOIN orders o ON o.buyer_id = asked.buyer_id AND o.status <> 'CANCELED'
         JOIN line_items l ON l.checkout_id = o.checkout_id AND l.product_id = asked.product_id`,
        [pairs.map(({ buyerId }) => buyerId), pairs.map(({ productId }) => productId)],
      );
      return rows;
    },
    productSales: async (productIds, since) => {
      const { rows } = await pool.query<{
        product_id: string;
        currency: string;
        orders: number;
        units: number;
        net: number;
      }>(
        `SELECT l.product_id, o.currency, count(DISTINCT o.id) AS orders,
           sum(l.quantity - l.refunded_quantity)::bigint AS units,
           sum((l.quantity - l.refunded_quantity) * l.unit_amount)::bigint AS net
         FROM ${SOLD}
         WHERE l.product_id = ANY ($1) AND ($2::timestamptz IS NULL OR o.placed_at >= $2)
         GROUP BY l.product_id, o.currency ORDER BY o.currency`,
        [productIds, since],
      );
      const groups = groupByKey(rows, (row) => row.product_id);
      return [...groups].map(([productId, currencies]) => ({
        productId,
        orders: currencies.reduce((sum, { orders }) => sum + orders, 0),
        units: currencies.reduce((sum, { units }) => sum + units, 0),
        net: currencies.map(({ net, currency }) => ({ amount: net, currency })),
      }));
    },
    verifiedBuyerPages: async (productIds, page) => {
      const { where, orderBy, limit, parameters } = keyset(page, 'o.placed_at', 'l.id', 2);
      const { rows } = await pool.query<VerifiedBuyer>(
        `SELECT x.* FROM unnest($1::text[]) AS product (id)
         CROSS JOIN LATERAL (
           SELECT l.id AS "lineId", l.product_id AS "productId", o.buyer_id AS "buyerId", l.variant_id AS "variantId",
             o.placed_at AS "purchasedAt"
           FROM ${VERIFIED} WHERE l.product_id = product.id AND ${where} ORDER BY ${orderBy} LIMIT ${limit}
         ) x`,
        [productIds, ...parameters],
      );
      return groupByKey(rows, ({ productId }) => productId);
    },
    verifiedBuyerCounts: async (productIds) => {
      const { rows } = await pool.query<{ product_id: string; count: number }>(
        `SELECT l.product_id, count(*) FROM ${VERIFIED} WHERE l.product_id = ANY ($1) GROUP BY l.product_id`,
        [productIds],
      );
      return new Map(rows.map((row) => [row.product_id, row.count]));
    },
  };
}
