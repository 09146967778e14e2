import type { Page } from '@tributary/subgraph-kit';
import type { Filter } from 'mongodb';
import type { Product } from '../../domain/model.ts';
import {
  readProductFilter,
  type Position,
  type ProductFilter,
  type ProductOrder,
} from '../../domain/product-query.ts';
import type { Collections } from './database.ts';
import type { ProductDocument } from './documents.ts';
import { afterPosition, and, hasSortValue, toMongoFilter, toMongoOrder } from './product-filter.ts';
import { toProducts } from './product-mapping.ts';

/** Reads of one request that lists many categories: others want connections, too. */
const AT_ONCE = 5;
/** Shorter than an answer is waited for, so that nothing is read on for nobody. */
const MAX_TIME_MS = 4_500;
const NEWEST_FIRST: ProductOrder = { key: 'CREATED_AT', reverse: false };

/** The query of one page, also for tests that ask the engine how it would run it. */
export function productPageQuery(
  filter: ProductFilter,
  order: ProductOrder,
  backward: boolean,
  position: Position | undefined,
): { readonly filter: Filter<ProductDocument>; readonly sort: Readonly<Record<string, 1 | -1>> } {
  const mongoOrder = toMongoOrder(order, backward);
  const { $and = [], ...conditions } = toMongoFilter(filter);
  const after = position === undefined ? undefined : afterPosition(mongoOrder, position);
  return {
    filter: { ...conditions, ...and([...$and, hasSortValue(order), after]) },
    sort: { [mongoOrder.path]: mongoOrder.direction, _id: mongoOrder.direction },
  };
}

export async function listProducts(
  { products }: Collections,
  filter: ProductFilter,
  order: ProductOrder,
  page: Pick<Page, 'size' | 'backward'>,
  position: Position | undefined,
): Promise<readonly Product[]> {
  const query = productPageQuery(filter, order, page.backward, position);
  return toProducts(
    await products
      .find(query.filter)
      .sort(query.sort)
      .limit(page.size + 1)
      .maxTimeMS(MAX_TIME_MS)
      .toArray(),
  );
}

export async function countProducts(
  { products }: Collections,
  filter: ProductFilter,
  order: ProductOrder,
): Promise<number> {
  return products.countDocuments(productPageQuery(filter, order, false, undefined).filter);
}

/**
 * A read of its own for each category: the index gives it in order and it ends with the page, which no engine-neutral
 * aggregation over all of them does.
 */
export async function productsOfCategories(
  collections: Collections,
  categoryIds: readonly string[],
  size: number,
  position: Position | undefined,
): Promise<ReadonlyMap<string, readonly Product[]>> {
  const pages = new Map<string, readonly Product[]>();
  const waiting = categoryIds.values();
  const work = async (): Promise<void> => {
    for (const categoryId of waiting) {
      const filter = readProductFilter({ categoryId });
      const page = { size, backward: false };
      pages.set(categoryId, await listProducts(collections, filter, NEWEST_FIRST, page, position));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return pages;
}

export async function countProductsOfCategories(
  { products }: Collections,
  categoryIds: readonly string[],
): Promise<readonly { readonly categoryId: string; readonly count: number }[]> {
  const rows = await products
    .aggregate<{ _id: string; count: number }>([
      { $match: { status: 'ACTIVE', categoryPath: { $in: categoryIds } } },
      { $unwind: '$categoryPath' },
      { $match: { categoryPath: { $in: categoryIds } } },
      { $group: { _id: '$categoryPath', count: { $sum: 1 } } },
    ])
    .toArray();
  return rows.map(({ _id, count }) => ({ categoryId: _id, count }));
}
