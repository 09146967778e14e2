import type { Command } from './command.ts';
import { countField, longOf, namespaceOf } from './fields.ts';

export const getMore: Command = {
  fields: ['collection', 'batchSize'],
  inTransaction: true,
  run({ server, db, body }) {
    const namespace = cursorNamespace(db, body['collection']);
    const size = countField(body, 'batchSize');
    const batch = server.cursors.next(
      longOf(body['getMore'], 'getMore'),
      namespace,
      size === 0 ? undefined : size,
    );
    return { cursor: { nextBatch: batch.docs, id: batch.id, ns: namespace } };
  },
};

/** Cursors of commands without a collection live in names like `$cmd.listCollections`. */
export function cursorNamespace(db: string, collection: unknown): string {
  return typeof collection === 'string' && collection.startsWith('$cmd.')
    ? `${db}.${collection}`
    : namespaceOf(db, collection);
}
