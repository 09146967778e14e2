import { expect } from '@jest/globals';
import { compare } from '../schema-work/compare.ts';

export const BEFORE = `
directive @mask(with: String, mode: Mode = SOFT) repeatable on FIELD | INLINE_FRAGMENT | FRAGMENT_SPREAD | QUERY
directive @note(text: String) on FIELD_DEFINITION
enum Mode { SOFT HARD }
enum Color { RED BLUE }
input Filter { color: Color, text: String = "x", sub: Filter }
interface Node { id: ID! }
type Product implements Node { id: ID! name(upper: Boolean, lang: String = "en"): String price: Int color: Color }
type Box implements Node { id: ID! size: Int }
union Hit = Product | Box
type Query { product(id: ID, filter: Filter): Product node: Node search(color: Color): [Hit!] box: Box
  list(first: Int = 20, ids: [ID]): Int named: Named }
interface Named { name: String }
type Brand implements Node & Named { id: ID! name: String }
`;

/** Codes of the changes that replacing a part of `BEFORE` makes, each with what it means for an operation. */
export async function judgeChange(
  change: readonly [from: string, to: string],
  signature: string,
  fields: readonly string[] = [],
) {
  const after = BEFORE.replace(...(change as [string, string]));
  expect(after).not.toBe(BEFORE);
  const { changes } = await compare({ before: BEFORE, after, operations: [{ id: 'o', signature, fields }] });
  return changes.map(
    ({ code, isPotentiallyBreaking, affectedOperations }) =>
      `${code} ${!isPotentiallyBreaking ? 'safe' : affectedOperations.length === 1 ? 'affects' : 'spares'}`,
  );
}
