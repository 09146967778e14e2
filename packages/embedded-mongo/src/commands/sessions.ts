import { MongoError } from '../errors.ts';
import { isArray } from '../bson/value.ts';
import type { Command, CommandContext } from './command.ts';
import { sessionId } from './fields.ts';

/** Sessions exist from first use; ending one aborts its open transaction. */
export const endSessions: Command = {
  fields: [],
  run({ server, body, name }) {
    const list = body[name];
    for (const lsid of isArray(list) ? list : []) server.sessions.end(sessionId(lsid));
    return {};
  },
};

export const startSession: Command = {
  fields: [],
  run: () => {
    throw new MongoError(
      'CommandNotSupported',
      'embedded-mongo does not make session ids; drivers make their own',
    );
  },
};

export const refreshSessions: Command = { fields: [], run: () => ({}) };

export const commitTransaction: Command = {
  fields: ['recoveryToken'],
  run(context) {
    const { id, txnNumber } = transactionOf(context);
    context.server.sessions.commit(id, txnNumber);
    return {};
  },
};

export const abortTransaction: Command = {
  fields: ['recoveryToken'],
  run(context) {
    const { id, txnNumber } = transactionOf(context);
    context.server.sessions.abort(id, txnNumber);
    return {};
  },
};

function transactionOf({ session, name }: CommandContext): { id: string; txnNumber: bigint } {
  if (session?.txnNumber === undefined)
    throw new MongoError('NoSuchTransaction', `${name} needs lsid, txnNumber and autocommit: false`);
  return { id: session.id, txnNumber: session.txnNumber };
}
