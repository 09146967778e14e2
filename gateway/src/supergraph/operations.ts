import { GraphQLError, parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { createHash } from 'node:crypto';
import { compileOperation, type CompiledOperation } from '../execution/compile-operation.ts';
import type { TypeConditions } from '../execution/type-conditions.ts';
import { getOwn, type JsonObject } from '../execution/own.ts';
import type { FetchCost } from '../demand-control/cost-formula.ts';
import type { ReportedOperation } from '../telemetry/request-journal.ts';
import type { LimitCode } from '../planning/operation-limits.ts';
import type {
  Condition,
  ConditionValues,
  OperationError,
  OperationText,
  OperationToPrepare,
  PreparationStep,
  PreparedOperation,
} from '../planning/protocol.ts';
import { readClientOperation, type ClientOperation } from './client-operation.ts';
import { OperationCache, type CachedPlan, type CachedVariant } from './operation-cache.ts';
import { retainedBytes, textBytes } from './retained-bytes.ts';

/** What is known of a valid document, whatever the values of its conditions. */
export interface ClientFacts {
  /** SHA-256 of the client's document, in hex. */
  readonly hash: string;
  readonly definition: ClientOperation;
  readonly conditions: readonly Condition[];
  /** Undefined: usage is not reported. */
  readonly usage: ReportedOperation | undefined;
}

export type KnownOperation = {
  /** What preparing it took. */
  readonly steps: readonly PreparationStep[];
} & (
  | { readonly kind: 'invalid'; readonly errors: readonly OperationError[] }
  | ({
      readonly kind: 'valid';
      readonly compiled: CompiledOperation;
      /** JSON text of the literals that became variables. */
      readonly lifted: ReadonlyMap<string, string>;
      /** The client's variables, by the names that were given instead. */
      readonly variableNames: ReadonlyMap<string, string>;
      /** By fetch; undefined: it is not said what operations cost. */
      readonly costs: readonly FetchCost[] | undefined;
    } & ClientFacts)
);

/** How the cache is doing; monotonic but for the sizes. */
export interface OperationCacheStatistics {
  readonly documents: number;
  readonly plans: number;
  readonly bytes: number;
  readonly hits: number;
  readonly misses: number;
  readonly evictions: number;
}

/** The operations of one snapshot: from a document's text to what executes it. */
export interface Operations {
  /** What is known of a document, without waiting. Variables count as far as @skip and @include use them. */
  find(operation: OperationText, variables: JsonObject): KnownOperation | undefined;
  /**
   * Parses, validates, plans and compiles an operation, off this thread as far as it can take long.
   *
   * @throws PlanningTimeoutError, PlannerBusyError or PlanningFailedError.
   */
  prepare(operation: OperationToPrepare): Promise<KnownOperation>;
  /** The operations that were asked for most often, the most frequent first. */
  mostUsed(limit: number): readonly OperationToPrepare[];
  readonly statistics: OperationCacheStatistics;
}

export interface OperationsOptions {
  readonly apiSchema: GraphQLSchema;
  /** As usage reports name it; undefined: there are none. */
  readonly schemaId: string | undefined;
  readonly matches: TypeConditions;
  /** What introspection tells callers with these permissions; undefined: everything, whoever asks. */
  readonly visibleTo: ((permissions: readonly string[]) => GraphQLSchema) | undefined;
  readonly plan: (operation: OperationToPrepare) => Promise<PreparedOperation>;
  /** Told of a valid operation that is beyond limits which are not enforced. */
  readonly onWarnings?: (codes: readonly LimitCode[], operation: OperationToPrepare) => void;
  /** Most memory for documents and plans together, in bytes as far as they can be told. */
  readonly maxBytes: number;
}

type Valid = PreparedOperation & { readonly kind: 'valid' };

/** What the caches themselves need, and objects that are always there. */
const DOCUMENT_BYTES = 600;
const VARIANT_BYTES = 400;
const PLAN_BYTES = 2_000;

export function createOperations({
  apiSchema,
  schemaId,
  matches,
  visibleTo,
  plan,
  onWarnings,
  maxBytes,
}: OperationsOptions): Operations {
  let hits = 0;
  let misses = 0;
  const cache = new OperationCache(maxBytes);
  const preparing = new Map<string, Promise<KnownOperation>>();

  const planOf = (prepared: Valid, { overridden, permissions }: OperationText): CachedPlan => {
    const key = `${JSON.stringify([overridden, permissions, [...prepared.clientNames]])}${prepared.text}`;
    const known = cache.plan(key);
    if (known !== undefined) return known;
    let plan: CachedPlan | undefined;
    let bytes = PLAN_BYTES;
    const document = parse(prepared.text, { noLocation: true });
    const compiled = compileOperation({
      schema: apiSchema,
      matches,
      document,
      plan: prepared.plan,
      clientNames: prepared.clientNames,
      nothingAuthorized: prepared.nothingAuthorized,
      visible: visibleTo && (() => visibleTo(permissions)),
      unauthorized: unauthorizedErrors(prepared),
      errors: prepared.unplanned.map(
        ({ coordinate, path }) =>
          new GraphQLError(`The field ${coordinate} cannot be reached in any subgraph.`, {
            path: path.map((step) => prepared.clientNames.get(step) ?? step),
            extensions: { code: 'FIELD_NOT_REACHABLE' },
          }),
      ),
      onGrown: (more) => {
        if (plan === undefined) bytes += more;
        else cache.grow(plan, more);
      },
    });
    // What executes a plan is partly made of functions; what they hold is in the plan and the selections.
    const held = compiled.introspect === undefined ? selectionSetsOf(document) : document;
    bytes += textBytes(key) + retainedBytes([held, prepared.plan, compiled]);
    return (plan = { key, compiled, holders: new Set(), bytes });
  };
  const factsOf = (operation: OperationToPrepare, { conditions, usage }: Valid): ClientFacts => ({
    hash: createHash('sha256').update(operation.text).digest('hex'),
    definition: readClientOperation(operation),
    conditions,
    usage: schemaId !== undefined && usage ? { ...usage, schemaId } : undefined,
  });
  const complete = (
    prepared: Valid,
    operation: OperationToPrepare,
    client: ClientFacts,
  ): { known: KnownOperation; client: ClientFacts; plan: CachedPlan } => {
    const { kind, steps, lifted, variableNames, costs } = prepared;
    const plan = planOf(prepared, operation);
    return {
      known: { kind, steps, lifted, variableNames, costs, compiled: plan.compiled, ...client },
      client,
      plan,
    };
  };
  const prepare = async (key: string, operation: OperationToPrepare): Promise<KnownOperation> => {
    const prepared = await plan(operation);
    if (prepared.kind === 'valid' && prepared.warnings.length > 0) onWarnings?.(prepared.warnings, operation);
    const document = cache.peek(key);
    const { conditions } = prepared;
    const {
      known,
      client,
      plan: used,
    } = prepared.kind === 'valid'
      ? complete(prepared, operation, document?.client ?? factsOf(operation, prepared))
      : { known: prepared, client: document?.client, plan: undefined };
    // A client may send any number of others.
    const given = valuesOf(conditions, operation.conditions);
    const text = document?.text ?? operation.text;
    cache.keep(
      key,
      {
        text,
        conditions,
        client,
        variants: document?.variants ?? new Map<string, CachedVariant>(),
        bytes: DOCUMENT_BYTES + textBytes(key) + textBytes(text) + retainedBytes(client),
      },
      variantKey(conditions, (variable) => given.get(variable)),
      {
        operation: { ...operation, text, conditions: given },
        known,
        plan: used,
        bytes: VARIANT_BYTES + retainedBytes([given, ownOf(known)]),
        uses: 1,
      },
    );
    return known;
  };

  return {
    find: (operation, variables) => {
      const entry = cache.find(keyOf(operation));
      const variant = entry?.variants.get(
        variantKey(entry.conditions, (variable) => getOwn(variables, variable)),
      );
      if (variant === undefined) return undefined;
      hits += 1;
      variant.uses += 1;
      return variant.known;
    },
    prepare: (operation) => {
      misses += 1;
      const key = keyOf(operation);
      const question = `${JSON.stringify([...operation.conditions])}${key}`;
      let prepared = preparing.get(question);
      if (prepared === undefined) {
        prepared = prepare(key, operation).finally(() => preparing.delete(question));
        preparing.set(question, prepared);
      }
      return prepared;
    },
    mostUsed: (limit) =>
      [...cache.documents]
        .flatMap(({ variants }) => [...variants.values()])
        .filter(({ known }) => known.kind === 'valid')
        .sort((a, b) => b.uses - a.uses)
        .slice(0, limit)
        .map(({ operation }) => operation),
    get statistics() {
      return { ...cache.statistics, hits, misses };
    },
  };
}

/**
 * Most requests name no operation and most supergraphs have no overrides: the text alone is the key then, made of
 * nothing. Other keys begin as no such text may, so that nobody can store one document in the place of another.
 */
const keyOf = ({ text, operationName, overridden, permissions }: OperationText): string =>
  operationName === undefined && overridden.length === 0 && permissions.length === 0 && !text.startsWith('[')
    ? text
    : `${JSON.stringify([operationName ?? null, overridden, permissions])}${text}`;

/** One character for each condition; nothing for the many documents without. */
function variantKey(conditions: readonly Condition[], valueOf: (variable: string) => unknown): string {
  let key = '';
  for (const { variable, byDefault } of conditions) {
    const value = valueOf(variable);
    key += (value === undefined ? byDefault : value === true) ? '1' : '0';
  }
  return key;
}

/** Those that were given. */
const valuesOf = (conditions: readonly Condition[], given: ConditionValues): ConditionValues =>
  new Map(
    conditions.flatMap(({ variable }) => {
      const value = given.get(variable);
      return value === undefined ? [] : [[variable, value]];
    }),
  );

const selectionSetsOf = ({ definitions }: DocumentNode): readonly unknown[] =>
  definitions.map((definition) => 'selectionSet' in definition && definition.selectionSet);

/** What is counted neither with its plan nor with its document. */
const ownOf = (known: KnownOperation): unknown =>
  known.kind === 'invalid' ? known : [known.steps, known.lifted, known.variableNames, known.costs];

const unauthorizedErrors = ({ unauthorized, clientNames }: Valid): readonly GraphQLError[] =>
  unauthorized.map(
    ({ path }) =>
      new GraphQLError('Unauthorized field or type', {
        path: path.map((step) => clientNames.get(step) ?? step),
        extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
      }),
  );
