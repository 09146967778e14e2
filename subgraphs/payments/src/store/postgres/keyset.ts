import { InvalidCursorError, type Page } from '@tributary/subgraph-kit';

/** Four-digit years only: PostgreSQL does not read what JavaScript writes for others. */
const FOUR_DIGIT_YEAR = /^[12]\d{3}-/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface Keyset {
  readonly where: string;
  readonly orderBy: string;
  readonly limit: number;
  readonly parameters: readonly unknown[];
}

/**
 * The SQL of one page of a newest-first list: one row more than the page, in the page's direction.
 *
 * @param at A timestamptz(3) column: a JavaScript date holds it exactly, so a cursor does.
 * @param firstParameter Number of the first placeholder this may use.
 * @throws InvalidCursorError when the cursor does not hold an instant and an id.
 */
export function keyset(page: Page, at: string, id: string, firstParameter: number): Keyset {
  const direction = page.backward ? 'ASC' : 'DESC';
  const shared = { orderBy: `${at} ${direction}, ${id} ${direction}`, limit: page.size + 1 };
  if (page.values === undefined) return { ...shared, where: 'true', parameters: [] };
  const [instant, rowId] = page.values;
  if (page.values.length !== 2 || !isInstant(instant) || typeof rowId !== 'string' || !UUID.test(rowId)) {
    throw new InvalidCursorError();
  }
  const comparison = page.backward ? '>' : '<';
  return {
    ...shared,
    where: `(${at}, ${id}) ${comparison} ($${firstParameter}::timestamptz, $${firstParameter + 1}::uuid)`,
    parameters: [instant, rowId],
  };
}

function isInstant(value: unknown): boolean {
  if (typeof value !== 'string' || !FOUR_DIGIT_YEAR.test(value)) return false;
  const date = new Date(value);
  return !Number.isNaN(date.getTime()) && date.toISOString() === value;
}

export function groupByKey<T>(
  rows: readonly T[],
  keyOf: (row: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
