/** From a command document to its reply document. Never rejects for anything a client can send. */
import type { Doc } from '../bson/value.ts';
import { isNumeric, toInteger } from '../bson/numbers.ts';
import { ERROR_CODES, MongoError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Store } from '../storage/engine.ts';
import type { CommandContext, Server, SessionFields } from './command.ts';
import { sessionId } from './fields.ts';
import { assertConcerns, assertFields } from './generic-fields.ts';
import { COMMANDS } from './index.ts';
import { assertRole } from './role.ts';

export interface Caller {
  readonly address: string;
  readonly connectionId: number;
}

const ENDS_TRANSACTION = new Set(['commitTransaction', 'abortTransaction']);

export async function dispatch(
  server: Server,
  caller: Caller,
  db: string,
  body: Doc,
  log: Log,
): Promise<Doc> {
  let session: SessionFields | undefined;
  const name = Object.keys(body)[0] ?? '';
  try {
    session = sessionFields(body);
    const reply = await runCommand(server, caller, db, name, body, session);
    if ('writeErrors' in reply && session?.inTransaction === true) abortQuietly(server, session);
    // Everything a reply may rest on has to be safe first, what others wrote included.
    await server.engine.flushed();
    return { ...reply, ok: 1 };
  } catch (error) {
    const reply = failure(server, session, name, error, log);
    // A refusal, too, may tell of a write (a duplicate key); a broken disk has been reported already.
    await server.engine.flushed().catch(() => undefined);
    return reply;
  }
}

async function runCommand(
  server: Server,
  caller: Caller,
  db: string,
  name: string,
  body: Doc,
  session: SessionFields | undefined,
): Promise<Doc> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new MongoError('CommandNotFound', `no such command: '${name}'`);
  assertFields(name, body, [...command.fields, name], command.refused);
  const inTransaction = session?.inTransaction === true;
  assertConcerns(body, inTransaction);
  assertRole(server.role, name, body);
  server.operations.count(name, body);
  if (inTransaction && command.inTransaction !== true && !ENDS_TRANSACTION.has(name)) {
    throw new MongoError(
      'OperationNotSupportedInTransaction',
      `Cannot run '${name}' in a multi-document transaction.`,
    );
  }
  const store = storeFor(server, name, body, session);
  const context: CommandContext = { server, store, db, name, body, session, ...caller };
  const reply = await command.run(context);
  return { ...reply, ...writeConcernError(body) };
}

function sessionFields(body: Doc): SessionFields | undefined {
  if (body['lsid'] === undefined) return undefined;
  const number = body['txnNumber'];
  const txnNumber = isNumeric(number) ? toInteger(number) : undefined;
  return {
    id: sessionId(body['lsid']),
    txnNumber,
    inTransaction: body['autocommit'] === false && txnNumber !== undefined,
  };
}

function storeFor(server: Server, name: string, body: Doc, session: SessionFields | undefined): Store {
  if (!session?.inTransaction || session.txnNumber === undefined || ENDS_TRANSACTION.has(name))
    return server.engine;
  const { id, txnNumber } = session;
  const transaction =
    body['startTransaction'] === true
      ? server.sessions.begin(id, txnNumber)
      : server.sessions.active(id, txnNumber);
  return transaction.store;
}

/** One node cannot promise copies on others. */
function writeConcernError(body: Doc): Doc {
  const concern = body['writeConcern'] as Doc | undefined;
  const nodes = concern?.['w'];
  if (!isNumeric(nodes) || (toInteger(nodes) ?? 0n) <= 1n) return {};
  return {
    writeConcernError: {
      code: ERROR_CODES.UnsatisfiableWriteConcern,
      codeName: 'UnsatisfiableWriteConcern',
      errmsg: 'Not enough data-bearing nodes',
    },
  };
}

function abortQuietly(server: Server, session: SessionFields): void {
  if (session.txnNumber === undefined) return;
  try {
    server.sessions.abort(session.id, session.txnNumber);
  } catch {
    // Already ended: the error being reported is the one that matters.
  }
}

function failure(
  server: Server,
  session: SessionFields | undefined,
  name: string,
  error: unknown,
  log: Log,
): Doc {
  const known = error instanceof MongoError ? error : internal(error, name, log);
  // Any error ends a transaction on the server; a client has to start over.
  if (session?.inTransaction === true && known.code !== ERROR_CODES.TransactionCommitted)
    abortQuietly(server, session);
  const errorLabels = labels(known, session, name);
  return {
    ok: 0,
    errmsg: known.message,
    code: known.code,
    codeName: known.codeName,
    ...known.details,
    ...(errorLabels.length > 0 && { errorLabels }),
  };
}

function internal(error: unknown, name: string, log: Log): MongoError {
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOSPC')
    return new MongoError('OutOfDiskSpace', 'available disk space is zero, the journal cannot be written');
  log(
    `command ${name} failed unexpectedly: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return new MongoError(
    'InternalError',
    `internal error in ${name}: ${error instanceof Error ? error.message : String(error)}`,
  );
}

const ELECTION: readonly number[] = [ERROR_CODES.NotWritablePrimary, ERROR_CODES.NotPrimaryNoSecondaryOk];
const TRANSIENT: readonly number[] = [ERROR_CODES.WriteConflict, ERROR_CODES.NoSuchTransaction, ...ELECTION];

function labels({ code }: MongoError, session: SessionFields | undefined, name: string): string[] {
  if (!session) return [];
  if (
    name === 'commitTransaction' &&
    (code === ERROR_CODES.InternalError || code === ERROR_CODES.ShutdownInProgress)
  ) {
    return ['UnknownTransactionCommitResult'];
  }
  if (session.inTransaction) return TRANSIENT.includes(code) ? ['TransientTransactionError'] : [];
  return session.txnNumber !== undefined && ELECTION.includes(code) ? ['RetryableWriteError'] : [];
}
