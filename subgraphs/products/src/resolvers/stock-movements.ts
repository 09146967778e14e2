import { readPage, requireScope, toConnection } from '@tributary/subgraph-kit';
import type { ProductsContext } from '../context.ts';
import { variantIds } from '../domain/ids.ts';
import { readPosition } from '../domain/product-query.ts';
import type { Movement } from '../store/movement-store.ts';
import type { ResolverDeps } from './deps.ts';
import type { NestedPageArguments } from './nested-page.ts';

const ORDER = 'MOVEMENT';
const DEFAULT_PAGE_SIZE = 50;

/** The journal of one variant, newest first; empty for a variant that does not exist. */
export function createStockMovementsQuery({ store }: ResolverDeps) {
  return async (
    _: unknown,
    { variantId, ...args }: NestedPageArguments & { variantId: string },
    { viewer }: ProductsContext,
  ) => {
    requireScope(viewer, 'inventory:read');
    const page = readPage(args, ORDER, DEFAULT_PAGE_SIZE);
    const position = readPosition(page, 'CREATED_AT');
    const isId = variantIds.toUuid(variantId) !== undefined;
    const rows = isId ? await store.movements.ofVariant(variantId, page.size, position) : [];
    return toConnection(rows, page, ORDER, ({ at, id }) => [at.toISOString(), id]);
  };
}

export const stockMovementResolvers = {
  quantity: ({ delta }: Movement) => delta,
};
