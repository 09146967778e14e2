import { MongoError } from '../errors.ts';
import { isArray } from '../bson/value.ts';
import type { Command } from './command.ts';
import { longOf } from './fields.ts';
import { cursorNamespace } from './get-more.ts';

export const killCursors: Command = {
  fields: ['cursors'],
  inTransaction: true,
  run({ server, db, body }) {
    const ids = body['cursors'];
    if (!isArray(ids))
      throw new MongoError('TypeMismatch', "BSON field 'killCursors.cursors' has to be an array");
    const namespace = cursorNamespace(db, body['killCursors']);
    const longs = ids.map((id) => longOf(id, 'cursors'));
    const killed = new Set(longs.filter((id) => server.cursors.kill(id, namespace)));
    // A change stream that waits for news learns that it is over.
    if (killed.size > 0) server.engine.history.wake();
    return {
      cursorsKilled: [...killed],
      cursorsNotFound: longs.filter((id) => !killed.has(id)),
      cursorsAlive: [],
      cursorsUnknown: [],
    };
  },
};
