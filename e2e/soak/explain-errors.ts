import { pathKey, type Execution } from './graph/monolith.ts';
import { REQUIRED_BY, SUPPLIERS } from './graph/suppliers.ts';

export type Path = readonly (string | number)[];

/** As far as a GraphQL error is looked at; it came from outside. */
export interface AnswerError {
  readonly message?: unknown;
  readonly path?: Path;
  readonly extensions?: { readonly code?: unknown; readonly service?: unknown };
}

export interface Explanation {
  /** Paths (see pathKey) whose fields are missing for the errors' reasons. */
  readonly failed: ReadonlySet<string>;
  /** Why an error has no such reason; undefined when all have. */
  readonly problem: string | undefined;
}

/** docs/errors.md: a subgraph could not be asked, or had failed too often to be. */
const UNREACHABLE: ReadonlySet<unknown> = new Set(['SUBREQUEST_HTTP_ERROR', 'SUBGRAPH_CIRCUIT_OPEN']);

/**
 * Traces errors to subgraphs that were down: each has to have the code for that, to stand once, and at a field that
 * this subgraph supplies.
 *
 * A field that was only needed for another one (`@requires`) is reported under its own name, which the client did not
 * select. What it was needed for may then be missing without an error of its own.
 *
 * @param data Of the answer: tells which of those are missing.
 */
export function explainErrors(
  errors: readonly AnswerError[],
  fields: Execution['fields'],
  data: unknown,
  down: ReadonlySet<string>,
): Explanation {
  const reported = new Set<string>();
  const failed = new Set<string>();
  for (const { path, extensions } of errors) {
    const giveUp = (problem: string): Explanation => ({ failed, problem });
    const service = String(extensions?.service);
    if (!UNREACHABLE.has(extensions?.code))
      return giveUp(`an error with the code ${String(extensions?.code)}`);
    if (!down.has(service)) return giveUp(`an error of ${service}, which was not down`);
    if (path === undefined || path.length === 0) return giveUp('an error without a path');
    const key = pathKey(path);
    if (reported.has(key)) return giveUp(`two errors at ${key}`);
    reported.add(key);

    const asked = fields.get(key);
    const field = asked ?? `${typeAt(path.slice(0, -1), fields)}.${path.at(-1)}`;
    const dependents = dependentsOf(field, path.slice(0, -1), fields);
    if (asked === undefined && dependents.length === 0)
      return giveUp(`an error at ${key}, which nobody needs`);
    if (SUPPLIERS.get(field)?.has(service) !== true) return giveUp(`${service} does not supply ${field}`);
    if (asked !== undefined) failed.add(key);
    for (const dependent of dependents) {
      if ((valueAt(data, dependent) ?? null) === null) failed.add(pathKey(dependent));
    }
  }
  return { failed, problem: undefined };
}

/** Fields of the same object that were asked for and need this one. */
function dependentsOf(field: string, parent: Path, fields: Execution['fields']): readonly Path[] {
  const names = REQUIRED_BY.get(field);
  return names === undefined
    ? []
    : childrenOf(parent, fields).flatMap(({ path, field: name }) => (names.has(name) ? [path] : []));
}

/** The type of an object, known by the fields that it was asked for. */
const typeAt = (parent: Path, fields: Execution['fields']): string | undefined =>
  childrenOf(parent, fields)[0]?.field.split('.')[0];

function childrenOf(
  parent: Path,
  fields: Execution['fields'],
): readonly { readonly path: Path; readonly field: string }[] {
  const key = pathKey(parent);
  return [...fields].flatMap(([childKey, field]) => {
    const path = JSON.parse(childKey) as Path;
    return pathKey(path.slice(0, -1)) === key ? [{ path, field }] : [];
  });
}

function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const step of path)
    value = (value as Readonly<Record<string | number, unknown>> | null | undefined)?.[step];
  return value;
}
