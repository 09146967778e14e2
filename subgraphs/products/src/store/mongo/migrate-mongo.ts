import { StartupError, type Logger } from '@tributary/service-kit';
import { MongoServerError } from 'mongodb';
import type { Collections, MongoDatabase } from './database.ts';
import { DROPPED_INDEXES, INDEXES, SCHEMA_VERSION } from './indexes.ts';
import { rewriteWords } from './rewrite-words.ts';

const NAMESPACE_EXISTS = 48;
const INDEX_NOT_FOUND = 27;
/** The first schema whose products have all their words. */
const WHOLE_WORDS_VERSION = 6;

/**
 * Creates the collections and indexes that are missing, drops indexes that may not be, and rewrites what earlier versions wrote otherwise.
 * Repeating it, also from several processes at once, changes nothing.
 *
 * @throws StartupError when an index cannot be built, naming it.
 */
export async function migrateMongo({ db, collections }: MongoDatabase, logger: Logger): Promise<void> {
  for (const name of Object.keys(collections) as (keyof Collections)[]) {
    const { collectionName } = collections[name];
    await db.createCollection(collectionName).catch((error: unknown) => {
      if (!(error instanceof MongoServerError) || error.code !== NAMESPACE_EXISTS) throw error;
    });
    logger.info({ 'db.collection.name': collectionName }, 'collection ready');
  }
  for (const { collection, name } of DROPPED_INDEXES) {
    if (!(await collections[collection].indexExists(name))) continue;
    // Another process may be as far as this.
    await collections[collection].dropIndex(name).catch((error: unknown) => {
      if (!(error instanceof MongoServerError) || error.code !== INDEX_NOT_FOUND) throw error;
    });
  }
  for (const { collection, key, ...options } of INDEXES) {
    const target = collections[collection];
    try {
      const name = await target.createIndex({ ...key }, options, undefined);
      logger.info({ 'db.collection.name': target.collectionName, 'db.index.name': name }, 'index ready');
    } catch (error) {
      if (!(error instanceof MongoServerError)) throw error;
      throw new StartupError(
        `The index ${JSON.stringify(key)} on ${target.collectionName} cannot be built: ${error.message}`,
        { cause: error },
      );
    }
  }
  await collections.categoryTree.updateOne(
    { _id: 'tree' },
    { $setOnInsert: { version: 0, move: null } },
    { upsert: true },
  );
  const before = await collections.schema.findOne({ _id: 'schema' });
  if ((before?.version ?? 0) < WHOLE_WORDS_VERSION) await rewriteWords(collections, logger);
  await collections.schema.updateOne(
    { _id: 'schema' },
    { $max: { version: SCHEMA_VERSION } },
    { upsert: true },
  );
}

/** @throws StartupError when `migrate` has not been run: without its unique indexes nothing would stay unique. */
export async function assertMigrated({ collections }: MongoDatabase): Promise<void> {
  const schema = await collections.schema.findOne({ _id: 'schema' });
  if (schema !== null && schema.version >= SCHEMA_VERSION) return;
  throw new StartupError(
    'The products database is not set up yet. Run this service once with the argument "migrate".',
  );
}
