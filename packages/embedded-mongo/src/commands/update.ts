import type { Doc } from '../bson/value.ts';
import { MongoError } from '../errors.ts';
import { readCollation } from '../query/collation.ts';
import { isIdentical } from '../query/compare.ts';
import { runQuery, type Hit } from '../query/run-query.ts';
import type { Change } from '../storage/changes.ts';
import type { Store } from '../storage/engine.ts';
import { toStoredRecord } from '../storage/stored-record.ts';
import type { CompiledUpdate } from '../update/compile-update.ts';
import { compileUpdate } from '../update/compile-update.ts';
import { assertComparesNothing } from '../update/collated.ts';
import { documentFromFilter } from '../update/upsert.ts';
import type { Command, CommandContext } from './command.ts';
import {
  documentField,
  documentsField,
  flagField,
  missingField,
  namespaceOf,
  variablesField,
} from './fields.ts';
import { assertFields } from './generic-fields.ts';
import { insertion } from './insert.ts';
import { runStatement, type StatementResult } from './statement.ts';
import { runStatements } from './write-errors.ts';

const STATEMENT_FIELDS = ['q', 'u', 'c', 'multi', 'upsert', 'arrayFilters', 'hint', 'sort', 'collation'];

export const update: Command = {
  fields: ['updates', 'ordered', 'bypassDocumentValidation', 'let'],
  inTransaction: true,
  async run(context) {
    const namespace = namespaceOf(context.db, context.body['update']);
    let [matched, modified] = [0, 0];
    const upserted: Doc[] = [];
    const statements = documentsField(context.body, 'updates');
    const writeErrors = await runStatements(
      context,
      statements,
      flagField(context.body, 'ordered', true),
      async (statement, index) => {
        const result = await runStatement(context, index, () =>
          updateStatement(context, namespace, statement),
        );
        matched += Number(result['n']);
        modified += Number(result['nModified']);
        if ('id' in result) upserted.push({ index, _id: result['id'] });
      },
    );
    return {
      n: matched,
      nModified: modified,
      ...(upserted.length > 0 && { upserted }),
      ...(writeErrors.length > 0 && { writeErrors }),
    };
  },
};

function updateStatement(context: CommandContext, namespace: string, statement: Doc): StatementResult {
  assertFields('update.updates', statement, STATEMENT_FIELDS);
  const collation = readCollation(statement['collation']);
  if (collation) assertComparesNothing(statement['u'], statement['arrayFilters']);
  const filter = documentField(statement, 'q') ?? {};
  if (statement['u'] === undefined) throw missingField('updates.u');
  const variables = variablesField({
    let: { ...documentField(context.body, 'let'), ...documentField(statement, 'c') },
  });
  const compiled = compileUpdate(statement['u'], { arrayFilters: statement['arrayFilters'], variables });
  const multi = flagField(statement, 'multi');
  if (multi && compiled.isReplacement)
    throw new MongoError('FailedToParse', 'multi update is not supported for replacement-style update');
  const sort = documentField(statement, 'sort');
  if (multi && sort) throw new MongoError('FailedToParse', 'Cannot specify sort with multi=true');
  const { store } = context;
  const { hits } = runQuery(store.collection(namespace), {
    filter,
    sort,
    hint: statement['hint'],
    collation,
    limit: multi ? 0 : 1,
    variables,
  });
  if (hits.length === 0 && flagField(statement, 'upsert')) {
    const { changes, doc } = upsertChanges(store, namespace, filter, compiled);
    return { changes, result: { n: 1, nModified: 0, id: doc['_id'] } };
  }
  const changes = hits.flatMap((hit) => rewrite(namespace, hit, compiled)?.change ?? []);
  return { changes, result: { n: hits.length, nModified: changes.length } };
}

/** Undefined when the update leaves the document exactly as it is. */
export function rewrite(
  namespace: string,
  hit: Hit,
  compiled: CompiledUpdate,
): { change: Change; doc: Doc } | undefined {
  const doc = compiled.apply(hit.doc, { isInsert: false, now: new Date(), element: hit.details.element });
  if (isIdentical(doc, hit.doc)) return undefined;
  const record = toStoredRecord(doc);
  return {
    doc,
    change: { kind: 'put', namespace, id: hit.id, record, ...(compiled.isReplacement && { replaces: true }) },
  };
}

export function upsertChanges(
  store: Store,
  namespace: string,
  filter: Doc,
  compiled: CompiledUpdate,
): { changes: Change[]; doc: Doc } {
  const start = documentFromFilter(filter, compiled.isReplacement);
  const built = compiled.apply(start, { isInsert: true, now: new Date(), element: undefined });
  const changes = insertion(store, namespace, built);
  const put = changes.at(-1);
  return { changes, doc: put?.kind === 'put' ? put.record.doc : built };
}
