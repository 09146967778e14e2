/** Open transactions by session. A session has at most one, named by its number. */
import { Int32 } from 'bson';
import { MongoError } from '../errors.ts';
import type { Engine } from '../storage/engine.ts';
import { startTransaction, type Transaction } from './transaction.ts';

/** A server's default `transactionLifetimeLimitSeconds`. */
const TRANSACTION_LIFETIME_MS = 60_000;
/** The place of a commit among a transaction's statements in the retry table. */
const COMMIT_STATEMENT = -1;

export interface Sessions {
  /** @throws MongoError 251 or 225 when the number cannot be used (again) */
  begin(session: string, txnNumber: bigint): Transaction;
  /** @throws MongoError 251 when there is no such open transaction */
  active(session: string, txnNumber: bigint): Transaction;
  /** Committing again what was committed is fine: the client may not have seen the first answer. */
  commit(session: string, txnNumber: bigint): void;
  /** @throws MongoError 251 when there is nothing to abort, 256 when it was committed */
  abort(session: string, txnNumber: bigint): void;
  /** Ends whatever the session has open. */
  end(session: string): void;
  /** Aborts transactions that outlived their limit. */
  expire(nowMs: number): void;
  endAll(): void;
}

interface Entry {
  readonly txnNumber: bigint;
  readonly transaction: Transaction;
}

export function createSessions(engine: Engine): Sessions {
  const open = new Map<string, Entry>();

  function find(session: string, txnNumber: bigint): Transaction | undefined {
    const entry = open.get(session);
    return entry?.txnNumber === txnNumber ? entry.transaction : undefined;
  }

  function isCommitted(session: string, txnNumber: bigint): boolean {
    return engine.retries.find(session, txnNumber, COMMIT_STATEMENT) !== undefined;
  }

  function noSuchTransaction(txnNumber: bigint): MongoError {
    return new MongoError(
      'NoSuchTransaction',
      `Given transaction number ${String(txnNumber)} does not match any in-progress transactions.`,
    );
  }

  function end(session: string): void {
    open.get(session)?.transaction.abort();
    open.delete(session);
  }

  return {
    begin(session, txnNumber) {
      if (isCommitted(session, txnNumber)) throw noSuchTransaction(txnNumber);
      const current = open.get(session);
      if (current && current.txnNumber > txnNumber)
        throw new MongoError(
          'TransactionTooOld',
          `a newer transaction ${String(current.txnNumber)} has already started`,
        );
      if (current?.txnNumber === txnNumber)
        throw new MongoError(
          'ConflictingOperationInProgress',
          `transaction ${String(txnNumber)} is already in progress`,
        );
      end(session);
      const transaction = startTransaction(engine, Date.now());
      open.set(session, { txnNumber, transaction });
      return transaction;
    },
    active(session, txnNumber) {
      const transaction = find(session, txnNumber);
      if (transaction) return transaction;
      if (isCommitted(session, txnNumber))
        throw new MongoError('TransactionCommitted', `Transaction ${String(txnNumber)} has been committed.`);
      throw noSuchTransaction(txnNumber);
    },
    commit(session, txnNumber) {
      const transaction = find(session, txnNumber);
      if (!transaction) {
        if (isCommitted(session, txnNumber)) return;
        throw noSuchTransaction(txnNumber);
      }
      open.delete(session);
      transaction.commit({
        kind: 'retry',
        outcome: {
          session,
          txnNumber,
          statement: COMMIT_STATEMENT,
          result: { ok: new Int32(1) },
          at: Date.now(),
        },
      });
    },
    abort(session, txnNumber) {
      if (find(session, txnNumber)) {
        end(session);
        return;
      }
      if (isCommitted(session, txnNumber))
        throw new MongoError('TransactionCommitted', `Transaction ${String(txnNumber)} has been committed.`);
      throw noSuchTransaction(txnNumber);
    },
    end,
    expire(nowMs) {
      for (const [session, { transaction }] of open)
        if (nowMs - transaction.startedAtMs > TRANSACTION_LIFETIME_MS) end(session);
    },
    endAll() {
      for (const session of [...open.keys()]) end(session);
    },
  };
}
