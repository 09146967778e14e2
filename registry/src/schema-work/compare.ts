import { diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';
import { describeChange } from './describe-change.ts';
import { factsOf } from './operation-facts.ts';
import type { Comparison, SchemasToCompare } from './protocol.ts';

/** What clients would notice between two API schemas, and which of the operations that ran each change affects. */
export async function compare({ before, after, operations }: SchemasToCompare): Promise<Comparison> {
  if (before === after) return { changes: [] };
  const options = { assumeValid: true };
  const [oldSchema, newSchema] = [buildSchema(before, options), buildSchema(after, options)];
  const schemas = { before: oldSchema, after: newSchema };
  const found = (await diff(oldSchema, newSchema)).flatMap((change) => describeChange(change, schemas) ?? []);
  // What a new type consists of is no news beside the type.
  const added = new Set(found.flatMap(({ code, coordinate }) => (code === 'TYPE_ADDED' ? [coordinate] : [])));
  const described = found.filter(
    ({ code, coordinate }) => code === 'TYPE_ADDED' || !added.has(coordinate.replace(/\..*/, '')),
  );
  const mayBreak = described.some(({ affects }) => affects !== undefined);
  const used = mayBreak ? operations.map((each) => ({ id: each.id, facts: factsOf(oldSchema, each) })) : [];
  const changes = described.map(({ affects, ...change }) => ({
    ...change,
    isPotentiallyBreaking: affects !== undefined,
    affectedOperations:
      affects === undefined
        ? []
        : used.flatMap(({ id, facts }) => (affects.some((each) => facts.has(each)) ? [id] : [])),
  }));
  // What may break first; within that, by place.
  changes.sort(
    (a, b) =>
      Number(b.isPotentiallyBreaking) - Number(a.isPotentiallyBreaking) ||
      (a.coordinate < b.coordinate ? -1 : a.coordinate > b.coordinate ? 1 : 0),
  );
  return { changes };
}
