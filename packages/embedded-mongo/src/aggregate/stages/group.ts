import { MongoError } from '../../errors.ts';
import { isDocument, setField, type Doc } from '../../bson/value.ts';
import { encodeKey } from '../../storage/key.ts';
import { ACCUMULATORS, type Accumulator } from '../accumulators.ts';
import { compileExpression, type Evaluate, type Scope } from '../expression.ts';
import type { Collation } from '../../query/collation.ts';
import { sortDocuments } from '../../query/sort.ts';
import { Int32 } from 'bson';
import type { StageCompiler } from './stage.ts';

interface Field {
  readonly name: string;
  readonly evaluate: Evaluate;
  readonly create: () => Accumulator;
}

interface Group {
  readonly id: unknown;
  readonly accumulators: readonly Accumulator[];
}

export const group: StageCompiler = (operand) => {
  if (!isDocument(operand)) throw new MongoError(15947, "a group's fields must be specified in an object");
  if (!('_id' in operand)) throw new MongoError(15955, 'a group specification must include an _id');
  const key = compileExpression(operand['_id']);
  const fields = compileFields(operand);
  return (docs, { variables, collation }) =>
    groupDocuments(
      docs.map((root) => ({ root, variables })),
      key,
      fields,
      collation,
    );
};

export const sortByCount: StageCompiler = (operand) => {
  const key = compileExpression(operand);
  const fields = compileFields({ count: { $sum: new Int32(1) } });
  return (docs, { variables }) =>
    sortDocuments(
      groupDocuments(
        docs.map((root) => ({ root, variables })),
        key,
        fields,
      ),
      { count: new Int32(-1) },
    );
};

/** The accumulated fields of a `$group` or `$bucket`. */
export function compileFields(spec: Doc): Field[] {
  return Object.entries(spec).flatMap(([name, value]): Field[] => {
    if (name === '_id') return [];
    if (name.includes('.')) throw new MongoError(40235, `The field name '${name}' cannot contain '.'`);
    const entries = isDocument(value) ? Object.entries(value) : [];
    const [operator, expression] = entries[0] ?? [];
    if (operator === undefined || entries.length !== 1)
      throw new MongoError(40234, `The field '${name}' must be an accumulator object`);
    const create = Object.hasOwn(ACCUMULATORS, operator) ? ACCUMULATORS[operator] : undefined;
    if (!create) throw new MongoError(15952, `unknown group operator '${operator}'`);
    return [{ name, create, evaluate: compileExpression(operator === '$count' ? null : expression) }];
  });
}

/** Groups by BSON equality, in order of first appearance. A missing key counts as null. */
export function groupDocuments(
  scopes: readonly Scope[],
  key: Evaluate,
  fields: readonly Field[],
  collation?: Collation,
): Doc[] {
  const groups = new Map<string, Group>();
  for (const scope of scopes) {
    const id = key(scope) ?? null;
    const encoded = encodeKey(collation ? collation.fold(id) : id);
    let entry = groups.get(encoded);
    if (!entry) groups.set(encoded, (entry = { id, accumulators: fields.map(({ create }) => create()) }));
    for (const [i, { evaluate }] of fields.entries()) entry.accumulators[i]?.add(evaluate(scope));
  }
  return [...groups.values()].map(({ id, accumulators }) => {
    const doc: Doc = { _id: id };
    for (const [i, { name }] of fields.entries()) setField(doc, name, accumulators[i]?.result());
    return doc;
  });
}
