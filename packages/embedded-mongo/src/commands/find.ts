import { Double } from 'bson';
import { MongoError } from '../errors.ts';
import type { Doc } from '../bson/value.ts';
import { compileProjection } from '../query/projection.ts';
import { readCollation } from '../query/collation.ts';
import { isTextScore, runQuery, type Query, type QueryResult } from '../query/run-query.ts';
import type { Command, CommandContext } from './command.ts';
import { DEFAULT_BATCH } from './cursors.ts';
import { countField, documentField, flagField, namespaceOf, variablesField } from './fields.ts';

export const find: Command = {
  fields: [
    'filter',
    'sort',
    'projection',
    'hint',
    'collation',
    'skip',
    'limit',
    'batchSize',
    'singleBatch',
    'allowDiskUse',
    'let',
    'allowPartialResults',
    'oplogReplay',
  ],
  refused: ['min', 'max', 'returnKey', 'showRecordId', 'tailable', 'awaitData', 'noCursorTimeout'],
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
  const { hits, text } = runFind(context, body);
  const given = Object.entries(documentField(body, 'projection') ?? {});
  const scores = given.filter(([, value]) => isTextScore(value)).map(([name]) => name);
  if (scores.length > 0 && !text)
    throw new MongoError(40218, 'query requires text score metadata, but it is not available');
  const spec: Doc = Object.fromEntries<unknown>(given.filter(([name]) => !scores.includes(name)));
  const project = Object.keys(spec).length === 0 ? undefined : compileProjection(spec, 'find');
  const variables = variablesField(body);
  return hits.map(({ doc, details }) => {
    const shown = project ? project(doc, variables, details.element) : doc;
    if (!text || scores.length === 0) return shown;
    const score = new Double(text.score(doc));
    return { ...shown, ...(Object.fromEntries(scores.map((name) => [name, score])) as Doc) };
  });
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
  return {
    filter: documentField(body, 'filter') ?? {},
    sort,
    skip: countField(body, 'skip'),
    limit: countField(body, 'limit'),
    hint: body['hint'],
    variables: variablesField(body),
    collation: readCollation(body['collation']),
  };
}
