import { readPage, toConnection, type Connection, type Page } from '@tributary/subgraph-kit';
import type { NestedPage } from '../context.ts';
import { readPosition } from '../domain/product-query.ts';

/** Cursors of every newest-first list, so that a category's cursor also continues `Query.products`. */
const NEWEST_FIRST = 'CREATED_AT';

export interface NestedPageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** A page of a newest-first list below an entity, as its loader takes it. */
export function readNestedPage(
  args: NestedPageArguments,
  defaultSize: number,
): { page: Page; nested: NestedPage } {
  const page = readPage(args, NEWEST_FIRST, defaultSize);
  const position = readPosition(page, NEWEST_FIRST);
  const { value } = position ?? {};
  return {
    page,
    nested: {
      size: page.size,
      afterDate: value instanceof Date ? value.toISOString() : undefined,
      afterId: position?.id,
    },
  };
}

export function toNewestFirstConnection<T extends { readonly id: string; readonly createdAt: Date }>(
  rows: readonly T[],
  page: Page,
): Connection<T> {
  return toConnection(rows, page, NEWEST_FIRST, ({ createdAt, id }) => [createdAt.toISOString(), id]);
}
