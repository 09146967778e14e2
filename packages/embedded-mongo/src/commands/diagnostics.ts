/** Small answers about the server that drivers and tools ask for. */
import { Double } from 'bson';
import { hostname, totalmem, cpus, type } from 'node:os';
import type { Doc } from '../bson/value.ts';
import { MAX_DOCUMENT_BYTES } from '../bson/codec.ts';
import type { Command, CommandContext } from './command.ts';
import { collectionsOf } from './collections.ts';
import { countField, namespaceOf } from './fields.ts';

/** The version whose behaviour is imitated, as far as it goes. */
const VERSION = '7.0.0';

export const ping: Command = { fields: [], inTransaction: true, run: () => ({}) };

export const buildInfo: Command = {
  fields: [],
  run: () => ({
    version: VERSION,
    versionArray: [7, 0, 0, 0],
    gitVersion: 'embedded-mongo',
    modules: ['embedded-mongo'],
    bits: 64,
    debug: false,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    storageEngines: ['embedded-mongo'],
  }),
};

export const serverStatus: Command = {
  fields: ['repl', 'metrics', 'locks'],
  run: ({ server }) => ({
    host: hostname(),
    version: VERSION,
    process: 'embedded-mongo',
    pid: process.pid,
    uptime: new Double((Date.now() - server.startedAt.getTime()) / 1000),
    localTime: new Date(),
    connections: { current: server.connectionCount() },
    opcounters: server.operations.totals(),
    metrics: { cursor: { open: { total: server.cursors.count() } } },
    storageEngine: { name: 'embedded-mongo', persistent: true },
  }),
};

export const connectionStatus: Command = {
  fields: ['showPrivileges'],
  run: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } }),
};

export const getParameter: Command = {
  fields: ['featureCompatibilityVersion', 'transactionLifetimeLimitSeconds', 'allParameters'],
  run: () => ({ featureCompatibilityVersion: { version: '7.0' }, transactionLifetimeLimitSeconds: 60 }),
};

export const hostInfo: Command = {
  fields: [],
  run: () => ({
    system: {
      currentTime: new Date(),
      hostname: hostname(),
      memSizeMB: Math.floor(totalmem() / 2 ** 20),
      numCores: cpus().length,
    },
    os: { type: type(), name: process.platform },
  }),
};

export const collStats: Command = {
  fields: ['scale'],
  run(context) {
    const namespace = namespaceOf(context.db, context.body['collStats']);
    const collection = context.store.collection(namespace);
    const scale = countField(context.body, 'scale') ?? 1;
    const count = collection?.records.size ?? 0;
    const size = Math.floor((collection?.bytes ?? 0) / scale);
    return {
      ns: namespace,
      count,
      size,
      storageSize: size,
      ...(count > 0 && { avgObjSize: Math.floor((collection?.bytes ?? 0) / count) }),
      nindexes: collection?.indexes.length ?? 0,
      scaleFactor: scale,
    };
  },
};

export const dbStats: Command = {
  fields: ['scale', 'freeStorage'],
  run(context) {
    const scale = countField(context.body, 'scale') ?? 1;
    return { db: context.db, ...totals(context, scale), scaleFactor: scale };
  },
};

function totals(context: CommandContext, scale: number): Doc {
  const collections = collectionsOf(context);
  const total = (of: (collection: (typeof collections)[number]) => number): number =>
    collections.reduce((sum, one) => sum + of(one), 0);
  return {
    collections: collections.length,
    objects: total(({ records }) => records.size),
    dataSize: total(({ bytes }) => bytes) / scale,
    storageSize: total(({ bytes }) => bytes) / scale,
    indexes: total(({ indexes }) => indexes.length),
  };
}
