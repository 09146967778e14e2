import { MongoError, notSupported } from '../errors.ts';
import type { Doc } from '../bson/value.ts';
import { compileProjection } from '../query/projection.ts';
import { runQuery, type Query, type QueryResult } from '../query/run-query.ts';
import type { Command, CommandContext } from './command.ts';
import { DEFAULT_BATCH } from './cursors.ts';
import { countField, documentField, flagField, namespaceOf, variablesField } from './fields.ts';

export const find: Command = {
  fields: [
    'filter',
    'sort',
    'projection',
    'hint',
    'skip',
    'limit',
    'batchSize',
    'singleBatch',
    'allowDiskUse',
    'let',
    'allowPartialResults',
    'oplogReplay',
  ],
  refused: [
    'collation',
    'min',
    'max',
    'returnKey',
    'showRecordId',
    'tailable',
    'awaitData',
    'noCursorTimeout',
  ],
  inTransaction: true,
  run(context) {
    const { body, server } = context;
    const namespace = namespaceOf(context.db, body['find']);
    const docs = findDocuments(context, body);
    const batch = server.cursors.open(
      namespace,
      docs,
      countField(body, 'batchSize') ?? DEFAULT_BATCH,
      flagField(body, 'singleBatch'),
    );
    return { cursor: { firstBatch: batch.docs, id: batch.id, ns: namespace } };
  },
};

function findDocuments(context: CommandContext, body: Doc): Doc[] {
  const { hits } = runFind(context, body);
  const spec = documentField(body, 'projection');
  if (!spec || Object.keys(spec).length === 0) return hits.map(({ doc }) => doc);
  const project = compileProjection(spec, 'find');
  const variables = variablesField(body);
  return hits.map(({ doc, details }) => project(doc, variables, details.element));
}

/** The query part of a find command, also for `explain`. */
export function runFind(context: CommandContext, body: Doc): QueryResult {
  return runQuery(context.store.collection(namespaceOf(context.db, body['find'])), findQuery(body));
}

function findQuery(body: Doc): Query {
  const limit = body['limit'];
  if (limit !== undefined && countField(body, 'limit') === undefined)
    throw new MongoError('BadValue', 'limit must be a number');
  const sort = documentField(body, 'sort');
  if (
    sort &&
    Object.values(sort).some((value) => typeof value === 'object' && value !== null && '$meta' in value)
  )
    throw notSupported('sorting by $meta');
  return {
    filter: documentField(body, 'filter') ?? {},
    sort,
    skip: countField(body, 'skip'),
    limit: countField(body, 'limit'),
    hint: body['hint'],
    variables: variablesField(body),
  };
}
