import {
  MongoBulkWriteError,
  MongoError,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoNotConnectedError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb';

const DUPLICATE_KEY = 11_000;

export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/** Whether a bulk insert failed only because documents were there already. */
export function isOnlyDuplicates(error: unknown): boolean {
  if (!(error instanceof MongoBulkWriteError)) return false;
  const failures = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  return failures.length > 0 && failures.every(({ code }) => code === DUPLICATE_KEY);
}

/**
 * Whether the answer was lost or never came: the write may have happened or not.
 * Covers elections (NotPrimary and friends carry the label) as well as dead sockets.
 */
export function isConnectionLoss(error: unknown): boolean {
  return (
    error instanceof MongoNetworkError ||
    error instanceof MongoNotConnectedError ||
    hasWaited(error) ||
    (error instanceof MongoError && error.hasErrorLabel('RetryableWriteError'))
  );
}

/** Whether the driver gave up after waiting: trying at once again would outlive the caller. */
export function hasWaited(error: unknown): boolean {
  return (
    error instanceof MongoServerSelectionError ||
    error instanceof MongoNetworkTimeoutError ||
    // The one class the driver does not export.
    (error instanceof MongoError && error.name === 'MongoWaitQueueTimeoutError')
  );
}
