import type { DomainEvent } from '@tributary/subgraph-kit/events';
import { fromStoredPrices, type ProductDocument } from './documents.ts';

/** The fields of a product that an event is made of. */
export const EVENT_FIELDS = {
  kind: 1,
  status: 1,
  slug: 1,
  title: 1,
  brand: 1,
  categoryId: 1,
  minPrice: 1,
  maxPrice: 1,
  inStock: 1,
  version: 1,
  untold: 1,
  toldVersion: 1,
} as const;

/** A product as others are told of it. */
export const toProductEvent = (
  { _id, toldVersion = 0, minPrice, maxPrice, ...product }: ProductDocument,
  now: Date,
): DomainEvent => ({
  specversion: '1.0',
  id: `${_id}.${toldVersion}`,
  source: 'products',
  type: 'product.updated',
  subject: _id,
  time: now.toISOString(),
  sequence: String(toldVersion),
  data: {
    kind: product.kind,
    status: product.status,
    slug: product.slug,
    title: product.title,
    brand: product.brand,
    categoryId: product.categoryId,
    minPrice: fromStoredPrices(minPrice),
    maxPrice: fromStoredPrices(maxPrice),
    inStock: product.inStock,
    version: product.version,
  },
});
