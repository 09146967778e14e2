/**
 * Relay cursor connections by keyset: a cursor holds the sort values of its row, so a page neither
 * skips nor repeats rows when others are inserted or deleted meanwhile.
 *
 * @see https://relay.dev/graphql/connections.htm
 */
import { BadUserInputError, ClientError } from '@tributary/service-kit';

/** What a connection field may be asked; GraphQL passes null for an argument set to null. */
export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

/** One direction and one starting point: `values` are the sort values after which (in that direction) rows follow. */
export interface Page {
  readonly size: number;
  readonly backward: boolean;
  readonly values: readonly CursorValue[] | undefined;
}

export type CursorValue = string | number | null;

export interface Connection<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** The cursor was not made by this field with this sort order. */
export class InvalidCursorError extends ClientError {
  readonly code = 'INVALID_CURSOR';
  readonly status = 400;
  constructor() {
    super('The cursor is not one this list gave out for this sort order. Start again without it.');
  }
}

export const MAX_PAGE_SIZE = 100;

/**
 * @param sort Names the order of the list; a cursor of another order is refused.
 * @throws BadUserInputError for impossible sizes or mixed directions, InvalidCursorError for a foreign cursor.
 */
export function readPage(args: PageArguments, sort: string, defaultSize: number): Page {
  const { first = null, after = null, last = null, before = null } = args;
  const backward = last !== null || (before !== null && first === null);
  if (backward && after !== null)
    throw new BadUserInputError('Use "last" with "before", and "first" with "after".');
  if (!backward && before !== null)
    throw new BadUserInputError('Use "last" with "before", and "first" with "after".');
  // `first` has a default in the schema, so it is usually present beside an explicit `last`: `last` wins.
  const size = (backward ? last : first) ?? defaultSize;
  const name = backward ? 'last' : 'first';
  if (size < 1) throw new BadUserInputError(`"${name}" must be at least 1, got ${size}.`);
  if (size > MAX_PAGE_SIZE) {
    throw new BadUserInputError(
      `"${name}" must be at most ${MAX_PAGE_SIZE}, got ${size}. Ask for the next page instead.`,
    );
  }
  const cursor = backward ? before : after;
  return { size, backward, values: cursor === null ? undefined : decodeCursor(cursor, sort) };
}

export function encodeCursor(sort: string, values: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify([sort, ...values])).toString('base64url');
}

function decodeCursor(cursor: string, sort: string): readonly CursorValue[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      Array.isArray(parsed) &&
      parsed[0] === sort &&
      parsed.length > 1 &&
      parsed.slice(1).every(isCursorValue)
    ) {
      return parsed.slice(1) as CursorValue[];
    }
  } catch {
    // Falls through to the one answer for every kind of foreign cursor.
  }
  throw new InvalidCursorError();
}

function isCursorValue(value: unknown): value is CursorValue {
  return value === null || typeof value === 'string' || typeof value === 'number';
}

/**
 * @param rows Up to `page.size + 1` rows in the direction of the page: the extra one tells that more follow.
 * @param cursorValuesOf The row's sort values, unique together.
 */
export function toConnection<T>(
  rows: readonly T[],
  page: Page,
  sort: string,
  cursorValuesOf: (row: T) => readonly CursorValue[],
): Connection<T> {
  const hasMore = rows.length > page.size;
  const nodes = rows.slice(0, page.size);
  if (page.backward) nodes.reverse();
  const edges = nodes.map((node) => ({ node, cursor: encodeCursor(sort, cursorValuesOf(node)) }));
  const continues = page.values !== undefined;
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: page.backward ? continues : hasMore,
      hasPreviousPage: page.backward ? hasMore : continues,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
