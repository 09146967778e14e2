import type { Doc } from '../bson/value.ts';
import { MongoError } from '../errors.ts';
import type { Change } from '../storage/changes.ts';
import { BlockedByTransaction } from '../transactions/locks.ts';
import { countField } from './fields.ts';
import type { CommandContext } from './command.ts';

export interface StatementResult {
  readonly changes: readonly Change[];
  readonly result: Doc;
}

/**
 * Runs one statement of a write command and applies its changes.
 *
 * A retried statement answers what it answered the first time. One that meets an open transaction's
 * write waits for its end and is computed anew, because the data it read may have changed.
 *
 * @param statement its position in the command
 * @throws MongoError 50 when the wait exceeds maxTimeMS
 */
export async function runStatement(
  context: CommandContext,
  statement: number,
  compute: () => StatementResult,
): Promise<Doc> {
  const { server, session, store } = context;
  const retryable =
    session?.txnNumber !== undefined && !session.inTransaction
      ? { ...session, txnNumber: session.txnNumber }
      : undefined;
  if (retryable) {
    const known = server.engine.retries.find(retryable.id, retryable.txnNumber, statement);
    if (known) return known;
  }
  return whenUnblocked(context, () => {
    const { changes, result } = compute();
    if (changes.length > 0)
      store.write(retryable ? [...changes, remember(retryable, statement, result)] : changes);
    return result;
  });
}

/** Repeats the work each time a transaction that blocks it has ended. */
export async function whenUnblocked<T>(context: CommandContext, work: () => T): Promise<T> {
  const limitMs = countField(context.body, 'maxTimeMS') ?? 0;
  const deadlineMs = limitMs === 0 ? Number.POSITIVE_INFINITY : Date.now() + limitMs;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof BlockedByTransaction)) throw error;
      await endOrDeadline(error.ended, deadlineMs);
    }
  }
}

function remember(session: { id: string; txnNumber: bigint }, statement: number, result: Doc): Change {
  return {
    kind: 'retry',
    outcome: { session: session.id, txnNumber: session.txnNumber, statement, result, at: Date.now() },
  };
}

/** @throws MongoError 50 when the deadline comes first */
async function endOrDeadline(ended: Promise<void>, deadlineMs: number): Promise<void> {
  if (deadlineMs === Number.POSITIVE_INFINITY) return ended;
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<'expired'>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, deadlineMs - Date.now()), 'expired');
  });
  const first = await Promise.race([ended, expired]);
  clearTimeout(timer);
  if (first === 'expired') {
    throw new MongoError('MaxTimeMSExpired', 'operation exceeded time limit while waiting for a transaction');
  }
}
