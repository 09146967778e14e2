import { hasScope } from '@tributary/subgraph-kit';
import type { Viewer } from '@tributary/service-kit';
import type { Product, Review } from './model.ts';

export const CATALOG_WRITE = 'catalog:write';

/** Whether the catalogue shows it to the caller. */
export function isListed(product: Product, viewer: Viewer): boolean {
  return product.status === 'ACTIVE' || hasScope(viewer, CATALOG_WRITE);
}

/** Whether somebody who already holds its id may see it: orders and reviews outlive a product's sale. */
export function isReferable(product: Product, viewer: Viewer): boolean {
  return product.status !== 'DRAFT' || hasScope(viewer, CATALOG_WRITE);
}

/** Whether the caller may read a review: what is not published only moderators and its author see. */
export function isReadable({ status, authorId }: Review, viewer: Viewer): boolean {
  if (status === 'PUBLISHED' || hasScope(viewer, CATALOG_WRITE)) return true;
  return viewer.kind === 'user' && viewer.id === authorId;
}
