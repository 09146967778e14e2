import type { Doc } from '../bson/value.ts';
import { MongoError } from '../errors.ts';
import { compileProjection } from '../query/projection.ts';
import { readCollation } from '../query/collation.ts';
import { runQuery } from '../query/run-query.ts';
import { assertComparesNothing } from '../update/collated.ts';
import { compileUpdate } from '../update/compile-update.ts';
import type { Command, CommandContext } from './command.ts';
import { documentField, flagField, namespaceOf, variablesField } from './fields.ts';
import { runStatement, type StatementResult } from './statement.ts';
import { rewrite, upsertChanges } from './update.ts';

export const findAndModify: Command = {
  fields: [
    'query',
    'sort',
    'remove',
    'update',
    'new',
    'fields',
    'upsert',
    'arrayFilters',
    'collation',
    'hint',
    'let',
    'bypassDocumentValidation',
  ],
  inTransaction: true,
  async run(context) {
    const { body } = context;
    const name = body['findAndModify'] ?? body['findandmodify'];
    const namespace = namespaceOf(context.db, name);
    const [remove, upsert] = [flagField(body, 'remove'), flagField(body, 'upsert')];
    if (remove && body['update'] !== undefined)
      throw new MongoError('FailedToParse', "Cannot specify both an 'update' and 'remove'=true");
    if (!remove && body['update'] === undefined)
      throw new MongoError('FailedToParse', "Either an 'update' or 'remove'=true must be specified");
    if (remove && (upsert || flagField(body, 'new')))
      throw new MongoError('FailedToParse', "Cannot specify 'upsert' or 'new' together with 'remove'=true");
    return runStatement(context, 0, () =>
      remove ? removeOne(context, namespace) : updateOne(context, namespace, upsert),
    );
  },
};

function findTarget(
  context: CommandContext,
  namespace: string,
): ReturnType<typeof runQuery>['hits'][number] | undefined {
  const { body, store } = context;
  return runQuery(store.collection(namespace), {
    filter: documentField(body, 'query') ?? {},
    sort: documentField(body, 'sort'),
    hint: body['hint'],
    collation: readCollation(body['collation']),
    limit: 1,
    variables: variablesField(body),
  }).hits[0];
}

function removeOne(context: CommandContext, namespace: string): StatementResult {
  const hit = findTarget(context, namespace);
  return {
    changes: hit ? [{ kind: 'remove', namespace, id: hit.id }] : [],
    result: {
      lastErrorObject: { n: hit ? 1 : 0 },
      value: projected(context, hit?.doc, hit?.details.element),
    },
  };
}

function updateOne(context: CommandContext, namespace: string, upsert: boolean): StatementResult {
  const { body, store } = context;
  if (readCollation(body['collation'])) assertComparesNothing(body['update'], body['arrayFilters']);
  const compiled = compileUpdate(body['update'], {
    arrayFilters: body['arrayFilters'],
    variables: variablesField(body),
  });
  const wantsNew = flagField(body, 'new');
  const hit = findTarget(context, namespace);
  if (!hit && !upsert)
    return { changes: [], result: { lastErrorObject: { n: 0, updatedExisting: false }, value: null } };
  if (!hit) {
    const { changes, doc } = upsertChanges(store, namespace, documentField(body, 'query') ?? {}, compiled);
    const value = wantsNew ? projected(context, doc, undefined) : null;
    return {
      changes,
      result: { lastErrorObject: { n: 1, updatedExisting: false, upserted: doc['_id'] }, value },
    };
  }
  const next = rewrite(namespace, hit, compiled);
  const shown = wantsNew ? (next?.doc ?? hit.doc) : hit.doc;
  return {
    changes: next ? [next.change] : [],
    result: {
      lastErrorObject: { n: 1, updatedExisting: true },
      value: projected(context, shown, hit.details.element),
    },
  };
}

function projected({ body }: CommandContext, doc: Doc | undefined, element: number | undefined): Doc | null {
  if (!doc) return null;
  const fields = documentField(body, 'fields');
  if (!fields || Object.keys(fields).length === 0) return doc;
  return compileProjection(fields, 'find')(doc, variablesField(body), element);
}
