import type { Command } from './command.ts';
import { countField, longOf, namespaceOf } from './fields.ts';

/** How long a change stream waits for news when the client does not say. */
const AWAIT_MS = 1_000;

export const getMore: Command = {
  fields: ['collection', 'batchSize'],
  inTransaction: true,
  async run({ server, db, body }) {
    const namespace = cursorNamespace(db, body['collection']);
    const size = countField(body, 'batchSize');
    const deadlineMs = Date.now() + (countField(body, 'maxTimeMS') ?? AWAIT_MS);
    for (;;) {
      const { docs, id, resumeToken } = server.cursors.next(
        longOf(body['getMore'], 'getMore'),
        namespace,
        size === 0 ? undefined : size,
      );
      const leftMs = deadlineMs - Date.now();
      const isIdle = resumeToken !== undefined && docs.length === 0 && !id.isZero();
      if (!isIdle || leftMs <= 0 || server.isClosing())
        return {
          cursor: {
            nextBatch: docs,
            id,
            ns: namespace,
            ...(resumeToken && { postBatchResumeToken: resumeToken }),
          },
        };
      await server.engine.history.changed(leftMs);
    }
  },
};

/** Cursors of commands without a collection live in names like `$cmd.listCollections`. */
export function cursorNamespace(db: string, collection: unknown): string {
  return typeof collection === 'string' && collection.startsWith('$cmd.')
    ? `${db}.${collection}`
    : namespaceOf(db, collection);
}
