import type { Doc } from '../bson/value.ts';
import { MongoError } from '../errors.ts';
import { readCollation } from '../query/collation.ts';
import { runQuery } from '../query/run-query.ts';
import type { Command, CommandContext } from './command.ts';
import {
  countField,
  documentField,
  documentsField,
  flagField,
  namespaceOf,
  variablesField,
} from './fields.ts';
import { assertFields } from './generic-fields.ts';
import { runStatement, type StatementResult } from './statement.ts';
import { runStatements } from './write-errors.ts';

export const deleteCommand: Command = {
  fields: ['deletes', 'ordered', 'let'],
  inTransaction: true,
  async run(context) {
    const namespace = namespaceOf(context.db, context.body['delete']);
    let removed = 0;
    const statements = documentsField(context.body, 'deletes');
    const writeErrors = await runStatements(
      context,
      statements,
      flagField(context.body, 'ordered', true),
      async (statement, index) => {
        const result = await runStatement(context, index, () =>
          deleteStatement(context, namespace, statement),
        );
        removed += Number(result['n']);
      },
    );
    return { n: removed, ...(writeErrors.length > 0 && { writeErrors }) };
  },
};

function deleteStatement(
  { store, body }: CommandContext,
  namespace: string,
  statement: Doc,
): StatementResult {
  assertFields('delete.deletes', statement, ['q', 'limit', 'hint', 'collation']);
  const limit = countField(statement, 'limit') ?? 0;
  if (limit > 1)
    throw new MongoError('FailedToParse', `The limit field in delete objects must be 0 or 1. Got ${limit}`);
  const { hits } = runQuery(store.collection(namespace), {
    filter: documentField(statement, 'q') ?? {},
    hint: statement['hint'],
    collation: readCollation(statement['collation']),
    limit,
    variables: variablesField(body),
  });
  return { changes: hits.map(({ id }) => ({ kind: 'remove', namespace, id })), result: { n: hits.length } };
}
