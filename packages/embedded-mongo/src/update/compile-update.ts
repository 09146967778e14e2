/**
 * Compiles an update once and applies it to any number of documents.
 *
 * mingo's updater is not used: it mutates in place, increments JavaScript numbers only and knows neither
 * upserts nor MongoDB's refusals. Pipelines run on the aggregation stages.
 */
import { MongoError } from '../errors.ts';
import { MAX_DOCUMENT_BYTES, byteLength } from '../bson/codec.ts';
import { cloneValue, isArray, isDocument, type Doc } from '../bson/value.ts';
import type { Variables } from '../aggregate/expression.ts';
import { compileUpdatePipeline } from '../aggregate/update-pipeline.ts';
import { isIdentical } from '../query/compare.ts';
import { parsePath, type Path } from '../query/path.ts';
import { compileArrayFilters, type ArrayFilters } from './array-filters.ts';
import { ARRAY_MODIFIERS } from './array-operators.ts';
import { assertNoConflicts, comparePaths } from './conflicts.ts';
import { FIELD_MODIFIERS } from './field-operators.ts';
import type { Modifier, ModifierContext } from './modifier.ts';
import { applyRename, compileRename, type Rename } from './rename.ts';
import { applyAtPath, filterIdentifier, isPositional } from './walk.ts';

export interface UpdateTarget extends ModifierContext {
  /** Array position the filter matched, for the positional `$`. */
  readonly element: number | undefined;
}

export interface CompiledUpdate {
  readonly isReplacement: boolean;
  /** The updated copy; the argument is left alone. */
  apply(doc: Doc, target: UpdateTarget): Doc;
}

const MODIFIERS = new Map(Object.entries({ ...FIELD_MODIFIERS, ...ARRAY_MODIFIERS }));

interface Step {
  readonly path: Path;
  readonly modifier: Modifier;
}

export interface UpdateOptions {
  readonly arrayFilters?: unknown;
  readonly variables: Variables;
}

export function compileUpdate(update: unknown, { arrayFilters, variables }: UpdateOptions): CompiledUpdate {
  if (isArray(update)) {
    if (arrayFilters !== undefined)
      throw new MongoError('FailedToParse', 'arrayFilters may not be specified for pipeline-style updates');
    const run = compileUpdatePipeline(update, variables);
    return { isReplacement: false, apply: (doc) => checked(doc, run(doc)) };
  }
  if (!isDocument(update))
    throw new MongoError('FailedToParse', 'Update argument must be either an object or an array');
  const names = Object.keys(update);
  if (names[0]?.startsWith('$') !== true) return compileReplacement(update, names);
  return compileOperators(update, compileArrayFilters(arrayFilters, variables), variables);
}

function compileReplacement(replacement: Doc, names: readonly string[]): CompiledUpdate {
  const dollar = names.find((name) => name.startsWith('$'));
  if (dollar !== undefined) {
    throw new MongoError(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${dollar}' is not allowed in the context of an update's replacement document.`,
    );
  }
  return {
    isReplacement: true,
    apply(doc) {
      const id = replacement['_id'] ?? doc['_id'];
      return checked(doc, id === undefined ? { ...replacement } : { _id: id, ...replacement });
    },
  };
}

function compileOperators(update: Doc, arrayFilters: ArrayFilters, variables: Variables): CompiledUpdate {
  const steps: Step[] = [];
  const renames: Rename[] = [];
  const paths: string[] = [];
  for (const [operator, operands] of Object.entries(update)) {
    const factory = MODIFIERS.get(operator);
    if (!factory && operator !== '$rename') throw unknownModifier(operator);
    if (!isDocument(operands)) {
      throw new MongoError(
        'FailedToParse',
        `Modifiers operate on fields but we found type ${typeof operands} instead. For example: {$mod: {<field>: ...}} not {${operator}: ${JSON.stringify(operands)}}`,
      );
    }
    for (const [path, operand] of Object.entries(operands)) {
      checkPath(path);
      paths.push(path);
      if (factory) {
        steps.push({ path: parsePath(path), modifier: factory(operand, path, variables) });
      } else {
        const rename = compileRename(path, operand);
        renames.push(rename);
        paths.push(rename.to.join('.'));
      }
    }
  }
  assertNoConflicts(paths);
  assertFiltersUsed(paths, arrayFilters);
  // MongoDB adds new fields in the order of their names, whatever order the update lists them in.
  steps.sort((a, b) => comparePaths(a.path, b.path));
  return {
    isReplacement: false,
    apply(doc, target) {
      const next = cloneValue(doc);
      for (const rename of renames) applyRename(next, rename);
      for (const { path, modifier } of steps) applyAtPath(next, path, modifier, { ...target, arrayFilters });
      return checked(doc, next);
    },
  };
}

function unknownModifier(operator: string): MongoError {
  return new MongoError(
    'FailedToParse',
    `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
  );
}

function checkPath(path: string): void {
  const components = parsePath(path);
  if (components.includes('')) {
    throw new MongoError(56, `The update path '${path}' contains an empty field name, which is not allowed.`);
  }
  if (isPositional(components[0] ?? '')) {
    throw new MongoError(
      'BadValue',
      `Cannot have positional (i.e. '$') element in the first position in path '${path}'`,
    );
  }
  const dollar = components.find((component) => component.startsWith('$') && !isPositional(component));
  if (dollar !== undefined && !['$ref', '$id', '$db'].includes(dollar)) {
    throw new MongoError(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${dollar}' in '${path}' is not allowed in the context of an update.`,
    );
  }
}

function assertFiltersUsed(paths: readonly string[], arrayFilters: ArrayFilters): void {
  const used = new Set(
    paths.flatMap((path) => parsePath(path).map((component) => filterIdentifier(component))),
  );
  const unused = arrayFilters.identifiers.find((identifier) => !used.has(identifier));
  if (unused !== undefined)
    throw new MongoError(
      'FailedToParse',
      `The array filter for identifier '${unused}' was not used in the update`,
    );
  for (const identifier of used) {
    if (identifier !== undefined && !arrayFilters.identifiers.includes(identifier)) {
      throw new MongoError(
        'BadValue',
        `No array filter found for identifier '${identifier}' in path '${paths.join(', ')}'`,
      );
    }
  }
}

/** @throws MongoError 66 when `_id` changed, 10334 when the result is too large */
function checked(before: Doc, after: Doc): Doc {
  if (before['_id'] !== undefined && !isIdentical(before['_id'], after['_id'])) {
    throw new MongoError(
      'ImmutableField',
      "Performing an update on the path '_id' would modify the immutable field '_id'",
    );
  }
  const size = byteLength(after);
  if (size > MAX_DOCUMENT_BYTES) {
    throw new MongoError(17419, `Resulting document after update is larger than ${MAX_DOCUMENT_BYTES}`);
  }
  return after;
}
