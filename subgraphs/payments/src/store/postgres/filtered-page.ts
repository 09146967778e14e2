import type { Page } from '@tributary/subgraph-kit';
import type { ListFilter } from '../../domain/list-filters.ts';
import { keyset } from './keyset.ts';

/** A newest-first list that can be filtered. */
export interface FilteredList {
  /** SELECT ... FROM ..., of rows with `at` and `id`. */
  readonly select: string;
  /** Of the table that is filtered. */
  readonly alias: string;
  /** Its timestamptz(3) column. */
  readonly at: string;
  /** Its column of minor units. */
  readonly amount: string;
}

/** SQL with one `?`, and what stands for it; null is no condition. */
export type Conditions = Readonly<Record<string, unknown>>;

interface Sql {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

/** A page of it. Each status is walked by its own index, and they are merged. */
export function filteredPage(
  list: FilteredList,
  page: Page,
  filter: ListFilter<string>,
  more: Conditions,
): Sql {
  const { select, alias, at } = list;
  const { where, parameters } = conditionsOf(list, filter, more);
  const one = keyset(page, `${alias}.${at}`, `${alias}.id`, parameters.length + 1);
  const rows = (condition: string): string =>
    `${select} WHERE ${[...where, one.where, condition].join(' AND ')} ORDER BY ${one.orderBy} LIMIT ${one.limit}`;
  const all = [...parameters, ...one.parameters];
  if (filter.statuses === null) return { text: rows('true'), parameters: all };
  const { orderBy, limit } = keyset(page, `x.${at}`, 'x.id', 0);
  return {
    text: `SELECT x.* FROM unnest($${all.length + 1}::text[]) AS wanted (status)
      CROSS JOIN LATERAL (${rows(`${alias}.status = wanted.status`)}) x ORDER BY ${orderBy} LIMIT ${limit}`,
    parameters: [...all, filter.statuses],
  };
}

/** How many there are. */
export function filteredCount(
  list: FilteredList & { readonly table: string },
  filter: ListFilter<string>,
  more: Conditions,
): Sql {
  const { where, parameters } = conditionsOf(list, filter, {
    ...more,
    [`${list.alias}.status = ANY (?)`]: filter.statuses,
  });
  const text = `SELECT count(*) FROM ${list.table} ${list.alias} WHERE ${[...where, 'true'].join(' AND ')}`;
  return { text, parameters };
}

function conditionsOf(
  { alias, at, amount }: FilteredList,
  { buyerId, from, until, amountMin, amountMax }: ListFilter<string>,
  more: Conditions,
): { readonly where: readonly string[]; readonly parameters: readonly unknown[] } {
  const conditions = Object.entries({
    [`${alias}.buyer_id = ?`]: buyerId,
    [`${alias}.${at} >= ?`]: from,
    [`${alias}.${at} < ?`]: until,
    [`${alias}.${amount} >= ?`]: amountMin?.amount ?? null,
    [`${alias}.${amount} <= ?`]: amountMax?.amount ?? null,
    // Bounds in two currencies have nothing between them.
    [`${alias}.currency = ?`]: amountMin?.currency ?? null,
    [`? = ${alias}.currency`]: amountMax?.currency ?? null,
    ...more,
  }).filter(([, value]) => value !== null);
  return {
    where: conditions.map(([sql], index) => sql.replace('?', `$${index + 1}`)),
    parameters: conditions.map(([, value]) => value),
  };
}
