import { readCollation } from '../query/collation.ts';
import { runQuery, type QueryResult } from '../query/run-query.ts';
import type { Doc } from '../bson/value.ts';
import type { Command, CommandContext } from './command.ts';
import { countField, documentField, namespaceOf } from './fields.ts';

export const count: Command = {
  fields: ['query', 'limit', 'skip', 'collation', 'hint', 'fields'],
  run: (context) => ({ n: runCount(context, context.body).hits.length }),
};

export function runCount({ store, db }: CommandContext, body: Doc): QueryResult {
  return runQuery(store.collection(namespaceOf(db, body['count'])), {
    filter: documentField(body, 'query') ?? {},
    limit: countField(body, 'limit'),
    skip: countField(body, 'skip'),
    hint: body['hint'],
    collation: readCollation(body['collation']),
  });
}
