import { BSONValue, ObjectId } from 'bson';
import { isArray, isDocument, type Doc } from '../bson/value.ts';
import { MongoError } from '../errors.ts';
import { isRegex } from '../query/compare.ts';
import type { Change } from '../storage/changes.ts';
import { toStoredRecord } from '../storage/stored-record.ts';
import { ensureCollection, type Store } from '../storage/engine.ts';
import type { Command } from './command.ts';
import { documentsField, flagField, namespaceOf } from './fields.ts';
import { runStatement } from './statement.ts';
import { runStatements } from './write-errors.ts';

export const insert: Command = {
  fields: ['documents', 'ordered', 'bypassDocumentValidation'],
  inTransaction: true,
  async run(context) {
    const namespace = namespaceOf(context.db, context.body['insert']);
    const docs = documentsField(context.body, 'documents');
    if (docs.length === 0 || docs.length > 100_000) {
      throw new MongoError(
        'InvalidLength',
        `Write batch sizes must be between 1 and 100000. Got ${docs.length} operations.`,
      );
    }
    let inserted = 0;
    const writeErrors = await runStatements(
      context,
      docs,
      flagField(context.body, 'ordered', true),
      async (doc, index) => {
        await runStatement(context, index, () => ({
          changes: insertion(context.store, namespace, doc),
          result: { n: 1 },
        }));
        inserted += 1;
      },
    );
    return { n: inserted, ...(writeErrors.length > 0 && { writeErrors }) };
  },
};

/** The changes that store a new document; `_id` is made when missing and always comes first. */
export function insertion(store: Store, namespace: string, doc: Doc): Change[] {
  const { _id: given, ...rest } = doc;
  const id = given ?? (Object.hasOwn(doc, '_id') ? null : new ObjectId());
  assertStorableId(id);
  const stored = Object.keys(doc)[0] === '_id' && given !== undefined ? doc : { _id: id, ...rest };
  return [
    ...ensureCollection(store, namespace),
    { kind: 'put', namespace, id: store.nextRecordId(), record: toStoredRecord(stored) },
  ];
}

export function assertStorableId(id: unknown): void {
  if (isArray(id)) throw new MongoError('InvalidIdField', "The '_id' value cannot be of type array");
  if (isRegex(id)) throw new MongoError('InvalidIdField', "The '_id' value cannot be of type regex");
  if (isDocument(id) && !(id instanceof BSONValue)) {
    const dollar = Object.keys(id).find((name) => name.startsWith('$'));
    if (dollar !== undefined)
      throw new MongoError(
        'DollarPrefixedFieldName',
        `_id fields may not contain '$'-prefixed fields: ${dollar} is not valid for storage.`,
      );
  }
}
