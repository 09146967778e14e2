import { MongoError } from '../errors.ts';
import { isArray, isDocument, type Doc } from '../bson/value.ts';
import { compileFilter, type Predicate } from '../query/match.ts';
import type { Path } from '../query/path.ts';
import type { Variables } from '../aggregate/expression.ts';

export interface ArrayFilters {
  readonly identifiers: readonly string[];
  /** @throws MongoError 2 when no filter has that identifier */
  matches(identifier: string, element: unknown, path: Path): boolean;
}

/** Compiles `arrayFilters`: each document tests one identifier, as in `{"line.qty": {$gt: 1}}`. */
export function compileArrayFilters(filters: unknown, variables: Variables): ArrayFilters {
  if (filters !== undefined && !isArray(filters))
    throw new MongoError('TypeMismatch', 'arrayFilters must be an array');
  const compiled = new Map<string, Predicate>();
  for (const filter of filters ?? []) {
    if (!isDocument(filter)) throw new MongoError('TypeMismatch', 'arrayFilters must hold objects');
    const identifier = identifierOf(filter);
    if (compiled.has(identifier)) {
      throw new MongoError(
        'FailedToParse',
        `Found multiple array filters with the same top-level field name ${identifier}`,
      );
    }
    compiled.set(identifier, compileFilter(filter, { variables }));
  }
  return {
    identifiers: [...compiled.keys()],
    matches(identifier, element, path) {
      const test = compiled.get(identifier);
      if (!test)
        throw new MongoError(
          'BadValue',
          `No array filter found for identifier '${identifier}' in path '${path.join('.')}'`,
        );
      // An element that is itself an array is one value here, not a list of candidates.
      return test({ [identifier]: isArray(element) ? [element] : element });
    },
  };
}

function identifierOf(filter: Doc): string {
  const names = new Set(topLevelNames(filter));
  const [name] = names;
  if (name === undefined)
    throw new MongoError(
      'FailedToParse',
      'Cannot use an expression without a top-level field name in arrayFilters',
    );
  if (names.size > 1) {
    throw new MongoError(
      'FailedToParse',
      `Error parsing array filter :: caused by :: Expected a single top-level field name, found ${[...names].map((n) => `'${n}'`).join(' and ')}`,
    );
  }
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) {
    throw new MongoError(
      'BadValue',
      `The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${name}'`,
    );
  }
  return name;
}

function topLevelNames(filter: Doc): string[] {
  return Object.entries(filter).flatMap(([name, operand]) => {
    if (!name.startsWith('$')) return [name.split('.')[0] ?? ''];
    return isArray(operand)
      ? operand.flatMap((clause) => (isDocument(clause) ? topLevelNames(clause) : []))
      : [];
  });
}
