import { MongoError } from '../errors.ts';
import { isArray, isDocument, type Doc } from '../bson/value.ts';
import type { Change } from '../storage/changes.ts';
import type { Collection } from '../storage/collection.ts';
import { ensureCollection } from '../storage/engine.ts';
import { sameCollation } from '../query/collation.ts';
import { valuesEqual } from '../query/compare.ts';
import {
  defineIndex,
  sameKeyPattern,
  sameOptions,
  type IndexDefinition,
} from '../storage/index-definition.ts';
import type { Command, CommandContext } from './command.ts';
import { countField, documentField, documentsField, namespaceOf } from './fields.ts';
import { whenUnblocked } from './statement.ts';

export const createIndexes: Command = {
  fields: ['indexes', 'ignoreUnknownIndexOptions'],
  refused: ['commitQuorum'],
  async run(context) {
    const namespace = namespaceOf(context.db, context.body['createIndexes']);
    const definitions = documentsField(context.body, 'indexes').map(defineIndex);
    if (definitions.length === 0)
      throw new MongoError('BadValue', 'Must specify at least one index to create');
    return whenUnblocked(context, () => {
      const existing = context.store.collection(namespace);
      const before = existing?.indexes.map(({ definition }) => definition) ?? [];
      const wanted = newDefinitions(before, definitions);
      const changes: Change[] = wanted.map(({ spec }) => ({ kind: 'createIndex', namespace, spec }));
      context.store.write([...ensureCollection(context.store, namespace), ...changes]);
      const count = context.store.collection(namespace)?.indexes.length ?? 0;
      return {
        numIndexesBefore: before.length || 1,
        numIndexesAfter: count,
        createdCollectionAutomatically: !existing,
        ...(wanted.length === 0 && { note: 'all indexes already exist' }),
      };
    });
  },
};

/** Those not there yet. The same name or key with other options is refused, as a server does. */
function newDefinitions(
  existing: readonly IndexDefinition[],
  wanted: readonly IndexDefinition[],
): IndexDefinition[] {
  const known = [...existing];
  const result: IndexDefinition[] = [];
  for (const definition of wanted) {
    if (isIdIndex(definition)) continue;
    const sameKey = known.find(
      (other) =>
        sameKeyPattern(other, definition) &&
        sameCollation(other.collation, definition.collation) &&
        valuesEqual(other.partialFilter ?? null, definition.partialFilter ?? null),
    );
    const sameName = known.find((other) => other.name === definition.name);
    if (sameKey && sameName === sameKey && sameOptions(sameKey, definition)) continue;
    if (sameKey && !sameOptions(sameKey, definition)) {
      throw new MongoError(
        'IndexOptionsConflict',
        `An equivalent index already exists with the same name but different options. Requested index: ${definition.name}, existing index: ${sameKey.name}`,
      );
    }
    if (sameKey)
      throw new MongoError(
        'IndexOptionsConflict',
        `Index already exists with a different name: ${sameKey.name}`,
      );
    if (sameName)
      throw new MongoError(
        'IndexKeySpecsConflict',
        `An existing index has the same name as the requested index. Requested index: ${definition.name}`,
      );
    known.push(definition);
    result.push(definition);
  }
  return result;
}

function isIdIndex({ fields }: IndexDefinition): boolean {
  return fields.length === 1 && fields[0]?.name === '_id';
}

export const listIndexes: Command = {
  fields: ['cursor'],
  run(context) {
    const namespace = namespaceOf(context.db, context.body['listIndexes']);
    const collection = existing(context, namespace);
    const specs = collection.indexes.map(({ definition }) => definition.spec);
    const size =
      countField(documentField(context.body, 'cursor') ?? {}, 'batchSize') ?? Number.POSITIVE_INFINITY;
    const batch = context.server.cursors.open(namespace, specs, size);
    return { cursor: { firstBatch: batch.docs, id: batch.id, ns: namespace } };
  },
};

export const dropIndexes: Command = {
  fields: ['index'],
  async run(context) {
    const namespace = namespaceOf(context.db, context.body['dropIndexes'] ?? context.body['deleteIndexes']);
    return whenUnblocked(context, () => {
      const collection = existing(context, namespace);
      const names = droppedNames(collection, context.body['index']);
      context.store.write(names.map((name) => ({ kind: 'dropIndex', namespace, name })));
      return { nIndexesWas: collection.indexes.length };
    });
  },
};

function droppedNames(collection: Collection, selector: unknown): string[] {
  const definitions = collection.indexes.map(({ definition }) => definition);
  if (selector === '*')
    return definitions.filter((definition) => !isIdIndex(definition)).map(({ name }) => name);
  return (isArray(selector) ? selector : [selector]).map((one) => {
    const found = definitions.find(({ name, spec }) => (isDocument(one) ? sameKey(one, spec) : name === one));
    if (!found)
      throw new MongoError(
        'IndexNotFound',
        `index not found with name [${isDocument(one) ? JSON.stringify(one) : String(one)}]`,
      );
    if (isIdIndex(found)) throw new MongoError('InvalidOptions', 'cannot drop _id index');
    return found.name;
  });
}

function sameKey(pattern: Doc, spec: Doc): boolean {
  return valuesEqual(pattern, spec['key']);
}

function existing({ store }: CommandContext, namespace: string): Collection {
  const collection = store.collection(namespace);
  if (!collection) throw new MongoError('NamespaceNotFound', `ns does not exist: ${namespace}`);
  return collection;
}
