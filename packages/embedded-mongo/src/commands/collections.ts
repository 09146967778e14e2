import { Binary } from 'bson';
import { MongoError } from '../errors.ts';
import type { Doc } from '../bson/value.ts';
import { compileFilter } from '../query/match.ts';
import type { Collection } from '../storage/collection.ts';
import { ensureCollection } from '../storage/engine.ts';
import type { Command, CommandContext } from './command.ts';
import { countField, documentField, flagField, namespaceOf } from './fields.ts';
import { whenUnblocked } from './statement.ts';

export const create: Command = {
  fields: ['idIndex'],
  refused: [
    'capped',
    'size',
    'max',
    'collation',
    'validator',
    'validationLevel',
    'validationAction',
    'viewOn',
    'pipeline',
    'timeseries',
    'expireAfterSeconds',
    'clusteredIndex',
    'changeStreamPreAndPostImages',
    'encryptedFields',
    'storageEngine',
    'indexOptionDefaults',
    'autoIndexId',
    'flags',
  ],
  inTransaction: true,
  async run(context) {
    const namespace = namespaceOf(context.db, context.body['create']);
    if (context.store.collection(namespace))
      throw new MongoError('NamespaceExists', `Collection ${namespace} already exists.`);
    return whenUnblocked(context, () => {
      context.store.write(ensureCollection(context.store, namespace));
      return {};
    });
  },
};

export const drop: Command = {
  fields: [],
  async run(context) {
    const namespace = namespaceOf(context.db, context.body['drop']);
    return whenUnblocked(context, () => {
      const collection = context.store.collection(namespace);
      if (!collection) return { ns: namespace };
      context.store.write([{ kind: 'drop', namespace }]);
      return { nIndexesWas: collection.indexes.length, ns: namespace };
    });
  },
};

export const dropDatabase: Command = {
  fields: [],
  async run(context) {
    return whenUnblocked(context, () => {
      context.store.write(collectionsOf(context).map(({ namespace }) => ({ kind: 'drop', namespace })));
      return { dropped: context.db };
    });
  },
};

export const listCollections: Command = {
  fields: ['filter', 'nameOnly', 'cursor', 'authorizedCollections'],
  run(context) {
    const { body, db, server } = context;
    const matches = compileFilter(documentField(body, 'filter') ?? {});
    const nameOnly = flagField(body, 'nameOnly');
    const docs = collectionsOf(context)
      .map((collection) => describe(collection, db))
      .filter((doc) => matches(doc));
    const shown = nameOnly ? docs.map(({ name, type }) => ({ name, type })) : docs;
    const namespace = `${db}.$cmd.listCollections`;
    const batch = server.cursors.open(
      namespace,
      shown,
      countField(documentField(body, 'cursor') ?? {}, 'batchSize') ?? Number.POSITIVE_INFINITY,
    );
    return { cursor: { firstBatch: batch.docs, id: batch.id, ns: namespace } };
  },
};

export const listDatabases: Command = {
  fields: ['filter', 'nameOnly', 'authorizedDatabases'],
  run({ body, store }) {
    const sizes = new Map<string, number>();
    for (const { namespace, bytes } of store.collections()) {
      const db = databaseOf(namespace);
      sizes.set(db, (sizes.get(db) ?? 0) + bytes);
    }
    const matches = compileFilter(documentField(body, 'filter') ?? {});
    const nameOnly = flagField(body, 'nameOnly');
    const databases = [...sizes]
      .sort()
      .map(([name, sizeOnDisk]) => ({ name, sizeOnDisk, empty: false }))
      .filter((doc) => matches(doc));
    if (nameOnly) return { databases: databases.map(({ name }) => ({ name })) };
    return { databases, totalSize: [...sizes.values()].reduce((a, b) => a + b, 0) };
  },
};

export function collectionsOf({ store, db }: CommandContext): Collection[] {
  return [...store.collections()].filter(({ namespace }) => databaseOf(namespace) === db);
}

export function databaseOf(namespace: string): string {
  return namespace.slice(0, namespace.indexOf('.'));
}

function describe({ namespace, uuid, indexes }: Collection, db: string): Doc {
  return {
    name: namespace.slice(db.length + 1),
    type: 'collection',
    options: {},
    info: { readOnly: false, uuid: new Binary(uuid, Binary.SUBTYPE_UUID) },
    idIndex: indexes[0]?.definition.spec ?? {},
  };
}
