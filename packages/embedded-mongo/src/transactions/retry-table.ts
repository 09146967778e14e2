import type { Doc } from '../bson/value.ts';
import type { StatementOutcome } from '../storage/changes.ts';
import { MongoError } from '../errors.ts';

/** How long a session lives without use; after that its client may no longer retry. */
export const SESSION_TIMEOUT_MS = 30 * 60_000;

/** Outcomes of the latest retryable write of each session. A client retries only its last one. */
export interface RetryTable {
  remember(outcome: StatementOutcome): void;
  /**
   * The stored result, when this statement was applied before.
   *
   * @throws MongoError 225 when the session has moved on to a later number
   */
  find(session: string, txnNumber: bigint, statement: number): Doc | undefined;
  /** Forgets sessions unused for longer than their timeout. */
  expire(nowMs: number): void;
  all(): StatementOutcome[];
}

export function createRetryTable(): RetryTable {
  const sessions = new Map<
    string,
    { txnNumber: bigint; statements: Map<number, StatementOutcome>; at: number }
  >();
  return {
    remember(outcome) {
      let entry = sessions.get(outcome.session);
      if (!entry || entry.txnNumber < outcome.txnNumber) {
        entry = { txnNumber: outcome.txnNumber, statements: new Map(), at: outcome.at };
        sessions.set(outcome.session, entry);
      }
      entry.at = outcome.at;
      if (entry.txnNumber === outcome.txnNumber) entry.statements.set(outcome.statement, outcome);
    },
    find(session, txnNumber, statement) {
      const entry = sessions.get(session);
      if (!entry || entry.txnNumber < txnNumber) return undefined;
      if (entry.txnNumber > txnNumber) {
        throw new MongoError(
          'TransactionTooOld',
          `Cannot start transaction ${String(txnNumber)} on session because a newer transaction ${String(entry.txnNumber)} has already started`,
        );
      }
      return entry.statements.get(statement)?.result;
    },
    expire(nowMs) {
      for (const [session, { at }] of sessions) if (nowMs - at > SESSION_TIMEOUT_MS) sessions.delete(session);
    },
    all: () => [...sessions.values()].flatMap(({ statements }) => [...statements.values()]),
  };
}
