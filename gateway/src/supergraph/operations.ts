import { LRUCache } from 'lru-cache';
import {
  getOperationAST,
  GraphQLError,
  parse,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { createHash } from 'node:crypto';
import { compileOperation, type CompiledOperation } from '../execution/compile-operation.ts';
import type { TypeConditions } from '../execution/type-conditions.ts';
import { getOwn, type JsonObject } from '../execution/own.ts';
import type { FetchCost } from '../demand-control/cost-formula.ts';
import type { ReportedOperation } from '../telemetry/request-journal.ts';
import type { LimitCode } from '../planning/operation-limits.ts';
import type {
  Condition,
  OperationError,
  OperationText,
  OperationToPrepare,
  PreparationStep,
  PreparedOperation,
} from '../planning/protocol.ts';

export type KnownOperation = {
  /** What preparing it took. */
  readonly steps: readonly PreparationStep[];
} & (
  | { readonly kind: 'invalid'; readonly errors: readonly OperationError[] }
  | {
      readonly kind: 'valid';
      /** SHA-256 of the client's document, in hex. */
      readonly hash: string;
      readonly compiled: CompiledOperation;
      /** The client's own, for what its variables are and where they stand. */
      readonly definition: OperationDefinitionNode;
      /** JSON text of the literals that became variables. */
      readonly lifted: ReadonlyMap<string, string>;
      /** The client's variables, by the names that were given instead. */
      readonly variableNames: ReadonlyMap<string, string>;
      /** By fetch; undefined: it is not said what operations cost. */
      readonly costs: readonly FetchCost[] | undefined;
      /** Undefined: usage is not reported. */
      readonly usage: ReportedOperation | undefined;
    }
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
  /** Most memory for documents, and again for plans, in bytes as far as they can be told. */
  readonly maxBytes: number;
}

/** What is known of a document. */
interface Entry {
  readonly conditions: readonly Condition[];
  /** By the values of the conditions; the last to be asked for is the last. */
  readonly variants: Map<string, Variant>;
}

interface Variant {
  readonly operation: OperationToPrepare;
  readonly known: KnownOperation;
  uses: number;
}

/** A document with many conditions has more variants than anybody asks for; those asked for first go first. */
const MAX_VARIANTS = 64;

/** A string's character takes up to two bytes; parsed, planned and compiled forms have been seen at 20 to 40 a character. */
const BYTES_PER_CHARACTER = 2;
const COMPILED_BYTES_PER_CHARACTER = 40;
const ENTRY_BYTES = 500;

export function createOperations({
  apiSchema,
  schemaId,
  matches,
  visibleTo,
  plan,
  onWarnings,
  maxBytes,
}: OperationsOptions): Operations {
  let evictions = 0;
  let hits = 0;
  let misses = 0;
  const dispose = (_value: unknown, _key: string, reason: string): void => {
    if (reason === 'evict') evictions += 1;
  };
  const documents = new LRUCache<string, Entry>({ maxSize: maxBytes, dispose });
  const compiled = new LRUCache<string, CompiledOperation>({ maxSize: maxBytes, dispose });
  const preparing = new Map<string, Promise<KnownOperation>>();

  const compile = (
    prepared: PreparedOperation & { kind: 'valid' },
    { overridden, permissions }: OperationText,
  ): CompiledOperation => {
    const key = `${JSON.stringify([overridden, permissions, [...prepared.clientNames]])}${prepared.text}`;
    let operation = compiled.get(key);
    if (operation === undefined) {
      operation = compileOperation({
        schema: apiSchema,
        matches,
        document: parse(prepared.text, { noLocation: true }),
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
      });
      const planned = JSON.stringify(prepared.plan ?? null).length;
      compiled.set(key, operation, {
        size: ENTRY_BYTES + (prepared.text.length + planned) * COMPILED_BYTES_PER_CHARACTER,
      });
    }
    return operation;
  };
  const prepare = async (key: string, operation: OperationToPrepare): Promise<KnownOperation> => {
    const prepared = await plan(operation);
    if (prepared.kind === 'valid' && prepared.warnings.length > 0) onWarnings?.(prepared.warnings, operation);
    const known: KnownOperation =
      prepared.kind === 'invalid'
        ? prepared
        : {
            kind: 'valid',
            steps: prepared.steps,
            hash: createHash('sha256').update(operation.text).digest('hex'),
            compiled: compile(prepared, operation),
            definition: definitionOf(operation),
            lifted: prepared.lifted,
            variableNames: prepared.variableNames,
            costs: prepared.costs,
            usage: schemaId !== undefined && prepared.usage ? { ...prepared.usage, schemaId } : undefined,
          };
    const { conditions } = prepared;
    const { variants } = documents.peek(key) ?? { variants: new Map<string, Variant>() };
    const [first] = variants.size < MAX_VARIANTS ? [] : variants.keys();
    if (first !== undefined) variants.delete(first);
    variants.set(
      variantKey(conditions, (variable) => operation.conditions.get(variable)),
      { operation, known, uses: 1 },
    );
    const size = ENTRY_BYTES * variants.size + operation.text.length * BYTES_PER_CHARACTER;
    documents.set(key, { conditions, variants }, { size });
    return known;
  };

  return {
    find: (operation, variables) => {
      const entry = documents.get(keyOf(operation));
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
      [...documents.values()]
        .flatMap(({ variants }) => [...variants.values()])
        .filter(({ known }) => known.kind === 'valid')
        .sort((a, b) => b.uses - a.uses)
        .slice(0, limit)
        .map(({ operation }) => operation),
    get statistics() {
      return {
        documents: documents.size,
        plans: compiled.size,
        bytes: documents.calculatedSize + compiled.calculatedSize,
        hits,
        misses,
        evictions,
      };
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

const unauthorizedErrors = ({
  unauthorized,
  clientNames,
}: PreparedOperation & { kind: 'valid' }): readonly GraphQLError[] =>
  unauthorized.map(
    ({ path }) =>
      new GraphQLError('Unauthorized field or type', {
        path: path.map((step) => clientNames.get(step) ?? step),
        extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
      }),
  );

/** The variables' types are in the client's own document, which is valid by now. */
function definitionOf({ text, operationName }: OperationText): OperationDefinitionNode {
  const definition = getOperationAST(parse(text), operationName);
  if (definition === null || definition === undefined) throw new TypeError('no operation of that name');
  return definition;
}
