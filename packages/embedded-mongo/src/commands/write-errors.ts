import type { Doc } from '../bson/value.ts';
import { ERROR_CODES, MongoError } from '../errors.ts';
import type { CommandContext } from './command.ts';

/**
 * Runs the statements of a write command, collecting failures per statement.
 *
 * Ordered: stops at the first failure. A write conflict inside a transaction is not one statement's
 * failure but the transaction's, so it fails the whole command.
 */
export async function runStatements<T>(
  context: CommandContext,
  statements: readonly T[],
  ordered: boolean,
  run: (statement: T, index: number) => Promise<void>,
): Promise<Doc[]> {
  const errors: Doc[] = [];
  for (const [index, statement] of statements.entries()) {
    try {
      await run(statement, index);
    } catch (error) {
      if (!(error instanceof MongoError) || error.code === ERROR_CODES.WriteConflict || isFatal(error))
        throw error;
      errors.push({ index, code: error.code, errmsg: error.message, ...error.details });
      if (ordered || context.session?.inTransaction === true) break;
    }
  }
  return errors;
}

function isFatal(error: MongoError): boolean {
  return error.code === ERROR_CODES.TransactionTooOld || error.code === ERROR_CODES.MaxTimeMSExpired;
}
