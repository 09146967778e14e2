import type { GraphQLError } from 'graphql';
import type { CompiledOperation } from './compile-operation.ts';
import { EntityRequests } from './entity-requests.ts';
import { areAscii, StringTraits, toPlainJson } from './json.ts';
import type { JsonObject } from './own.ts';
import { runPlan, type PlanRun } from './run-plan.ts';
import type { SubgraphSender } from './subgraph-sender.ts';

export interface ExecutionOptions {
  /** As the client sent them. */
  readonly variables: JsonObject;
  /** JSON text of the literals that became variables. */
  readonly lifted: ReadonlyMap<string, string>;
  readonly send: SubgraphSender;
  /** Most entities that one request to a subgraph asks for. */
  readonly maxEntities: number;
  /** Told what each request to a subgraph brought; nothing is passed on unread then. */
  readonly onAnswer?: PlanRun['onAnswer'] | undefined;
}

export interface Execution {
  /** JSON text, in UTF-8 where it is passed on as it came. */
  readonly data: string | Buffer;
  /** Whether it is known that all of the text is ASCII. */
  readonly isAscii: boolean;
  readonly errors: readonly GraphQLError[];
  /** What was lost because a value was not of its type. */
  readonly valueCompletion: readonly GraphQLError[];
}

/**
 * Runs a compiled operation: run the plan, write the answer.
 *
 * Errors of value completion are told apart, and only when nothing else went wrong, as Apollo's gateways do: after
 * a failed fetch they would report the same loss a second time.
 */
export async function executeOperation(
  compiled: CompiledOperation,
  { variables, lifted, send, maxEntities, onAnswer }: ExecutionOptions,
): Promise<Execution> {
  const canShare = !compiled.hasContext;
  const run: PlanRun = {
    data: {},
    errors: [...compiled.errors],
    variables,
    lifted,
    matches: compiled.matches,
    clientNames: compiled.clientNames,
    send,
    entities: new EntityRequests({
      send,
      maxEntities,
      merged: compiled.merged,
      remembers: compiled.isQuery && canShare,
    }),
    canShare,
    sharesObjects: false,
    waiting: 0,
    unions: [],
    stringTraits: StringTraits.Plain,
    passes: onAnswer === undefined ? compiled.passes : undefined,
    onAnswer,
    passed: undefined,
    missesEntities: false,
  };
  await runPlan(compiled.plan, run);
  if (run.passed !== undefined) return { data: run.passed, isAscii: false, errors: [], valueCompletion: [] };
  if (compiled.introspect !== undefined) {
    const literals = [...lifted].map(([name, text]): [string, unknown] => [name, JSON.parse(text)]);
    const all: JsonObject = { ...variables, ...Object.fromEntries(literals) };
    run.errors.push(...compiled.introspect(toPlainJson(all), run.data));
    run.stringTraits = StringTraits.Any;
  }
  const stringTraits = run.stringTraits | run.entities.stringTraits;
  const written = compiled.write(run.data, { isShared: run.sharesObjects, stringTraits });
  return {
    data: written.data,
    isAscii: areAscii(stringTraits),
    errors: run.errors,
    valueCompletion: run.errors.length > 0 ? [] : written.errors,
  };
}
