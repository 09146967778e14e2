import { LRUCache } from 'lru-cache';
import {
  getOperationAST,
  GraphQLError,
  parse,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { compileOperation, type CompiledOperation } from '../execution/compile-operation.ts';
import type { TypeConditions } from '../execution/type-conditions.ts';
import type { OperationError, OperationText, PreparedOperation } from '../planning/protocol.ts';

export type KnownOperation =
  | { readonly kind: 'invalid'; readonly errors: readonly OperationError[] }
  | {
      readonly kind: 'valid';
      readonly compiled: CompiledOperation;
      /** The client's own, for what its variables are and where they stand. */
      readonly definition: OperationDefinitionNode;
      /** JSON text of the literals that became variables. */
      readonly lifted: ReadonlyMap<string, string>;
    };

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
  /** What is known of a document, without waiting. */
  find(operation: OperationText): KnownOperation | undefined;
  /**
   * Parses, validates, plans and compiles an operation, off this thread as far as it can take long.
   *
   * @throws PlanningTimeoutError, PlannerBusyError or PlanningFailedError.
   */
  prepare(operation: OperationText): Promise<KnownOperation>;
  /** The operations that were asked for most often, the most frequent first. */
  mostUsed(limit: number): readonly OperationText[];
  readonly statistics: OperationCacheStatistics;
}

export interface OperationsOptions {
  readonly apiSchema: GraphQLSchema;
  readonly matches: TypeConditions;
  readonly plan: (operation: OperationText) => Promise<PreparedOperation>;
  /** Most memory for documents, and again for plans, in bytes as far as they can be told. */
  readonly maxBytes: number;
}

interface Entry {
  readonly operation: OperationText;
  readonly known: KnownOperation;
  uses: number;
}

/** A string's character takes up to two bytes; parsed, planned and compiled forms have been seen at 20 to 40 a character. */
const BYTES_PER_CHARACTER = 2;
const COMPILED_BYTES_PER_CHARACTER = 40;
const ENTRY_BYTES = 500;

export function createOperations({ apiSchema, matches, plan, maxBytes }: OperationsOptions): Operations {
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
    overridden: readonly string[],
  ): CompiledOperation => {
    const key = `${overridden.join()} ${prepared.text} ${[...prepared.clientNames].join()}`;
    let operation = compiled.get(key);
    if (operation === undefined) {
      operation = compileOperation({
        schema: apiSchema,
        matches,
        document: parse(prepared.text, { noLocation: true }),
        plan: prepared.plan,
        clientNames: prepared.clientNames,
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
  const prepare = async (key: string, operation: OperationText): Promise<KnownOperation> => {
    const prepared = await plan(operation);
    const known: KnownOperation =
      prepared.kind === 'invalid'
        ? prepared
        : {
            kind: 'valid',
            compiled: compile(prepared, operation.overridden),
            definition: definitionOf(operation),
            lifted: prepared.lifted,
          };
    const size = ENTRY_BYTES + operation.text.length * BYTES_PER_CHARACTER;
    documents.set(key, { operation, known, uses: 1 }, { size });
    return known;
  };

  return {
    find: (operation) => {
      const entry = documents.get(keyOf(operation));
      if (entry === undefined) return undefined;
      hits += 1;
      entry.uses += 1;
      return entry.known;
    },
    prepare: (operation) => {
      misses += 1;
      const key = keyOf(operation);
      let prepared = preparing.get(key);
      if (prepared === undefined) {
        prepared = prepare(key, operation).finally(() => preparing.delete(key));
        preparing.set(key, prepared);
      }
      return prepared;
    },
    mostUsed: (limit) =>
      [...documents.values()]
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
const keyOf = ({ text, operationName, overridden }: OperationText): string =>
  operationName === undefined && overridden.length === 0 && !text.startsWith('[')
    ? text
    : `${JSON.stringify([operationName ?? null, overridden])}${text}`;

/** The variables' types are in the client's own document, which is valid by now. */
function definitionOf({ text, operationName }: OperationText): OperationDefinitionNode {
  const definition = getOperationAST(parse(text), operationName);
  if (definition === null || definition === undefined) throw new TypeError('no operation of that name');
  return definition;
}
