import { MongoError } from '../errors.ts';
import { isArray, isDocument, type Doc } from '../bson/value.ts';
import { isNumeric, toDouble } from '../bson/numbers.ts';
import { compilePipeline } from '../aggregate/stages/index.ts';
import { assertCollatable } from '../aggregate/collated.ts';
import type { StageContext } from '../aggregate/stages/stage.ts';
import { isChangeStream, openChangeStream } from '../change-streams/open-change-stream.ts';
import { readCollation } from '../query/collation.ts';
import { runQuery, type Query, type QueryResult } from '../query/run-query.ts';
import type { Command, CommandContext } from './command.ts';
import { DEFAULT_BATCH } from './cursors.ts';
import { countField, documentField, namespaceOf, variablesField } from './fields.ts';

export const aggregate: Command = {
  fields: ['pipeline', 'cursor', 'allowDiskUse', 'hint', 'collation', 'let', 'bypassDocumentValidation'],
  refused: ['explain', 'exchange', 'fromMongos'],
  inTransaction: true,
  run(context) {
    const { body, server } = context;
    if (isNumeric(body['aggregate']))
      throw new MongoError(
        'InvalidNamespace',
        'embedded-mongo does not support aggregations without a collection',
      );
    const namespace = namespaceOf(context.db, body['aggregate']);
    const cursor = documentField(body, 'cursor');
    if (!cursor)
      throw new MongoError(
        'FailedToParse',
        "The 'cursor' option is required, except for aggregate with the explain argument",
      );
    if (isChangeStream(body['pipeline'])) return watch(context, namespace, body['pipeline'], cursor);
    const { leading, rest } = splitPipeline(body);
    const run = compilePipeline(rest);
    const { hits } = runQuery(context.store.collection(namespace), leading);
    const docs = run(
      hits.map(({ doc }) => doc),
      stageContext(context),
    );
    const batch = server.cursors.open(namespace, docs, countField(cursor, 'batchSize') ?? DEFAULT_BATCH);
    return { cursor: { firstBatch: batch.docs, id: batch.id, ns: namespace } };
  },
};

function watch(context: CommandContext, namespace: string, pipeline: readonly unknown[], cursor: Doc): Doc {
  if (context.session?.inTransaction === true)
    throw new MongoError(
      'OperationNotSupportedInTransaction',
      'Stage not supported inside of a multi-document transaction: $changeStream',
    );
  const { engine, cursors } = context.server;
  const source = openChangeStream(engine, namespace, pipeline, stageContext(context));
  const size = countField(cursor, 'batchSize') ?? DEFAULT_BATCH;
  const { docs, id, resumeToken } = cursors.openLive(namespace, source, size);
  return { cursor: { firstBatch: docs, id, ns: namespace, postBatchResumeToken: resumeToken } };
}

/** The query an aggregation begins with, for `explain`. */
export function runLeadingQuery(context: CommandContext, body: Doc): QueryResult {
  return runQuery(
    context.store.collection(namespaceOf(context.db, body['aggregate'])),
    splitPipeline(body).leading,
  );
}

function stageContext(context: CommandContext): StageContext {
  return {
    variables: variablesField(context.body),
    collation: readCollation(context.body['collation']),
    lookup: (collection, query) =>
      runQuery(context.store.collection(namespaceOf(context.db, collection)), query).hits.map(
        ({ doc }) => doc,
      ),
  };
}

/** `$match`, `$sort`, `$skip`, `$limit` at the start, in that order, run as a query and so through indexes. */
function splitPipeline(body: Doc): { leading: Query; rest: unknown[] } {
  const pipeline = body['pipeline'];
  if (!isArray(pipeline))
    throw new MongoError('TypeMismatch', "'pipeline' option must be specified as an array");
  // Every stage is checked first, so that an unknown one is refused even behind an empty collection.
  // What the first one matches is checked where it is run: only there the text index is known.
  compilePipeline(isDocument(pipeline[0]) && '$match' in pipeline[0] ? pipeline.slice(1) : pipeline);
  const collation = readCollation(body['collation']);
  if (collation) assertCollatable(pipeline);
  const rest = [...pipeline];
  const take = (name: string): unknown => {
    const stage = rest[0];
    if (!isDocument(stage) || !(name in stage)) return undefined;
    rest.shift();
    return stage[name];
  };
  const [match, sort, skip, limit] = [take('$match'), take('$sort'), take('$skip'), take('$limit')];
  return {
    leading: {
      filter: isDocument(match) ? match : {},
      ...(isDocument(sort) && { sort }),
      ...(isNumeric(skip) && { skip: toDouble(skip) }),
      ...(isNumeric(limit) && { limit: toDouble(limit) }),
      hint: body['hint'],
      collation,
      variables: variablesField(body),
    },
    rest,
  };
}
