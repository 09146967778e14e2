import type { StoreProblem } from '@tributary/subgraph-kit';
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
const OUT_OF_DISK_SPACE = 14_031;
const MAX_TIME_EXPIRED = 50;
const EXCEEDED_TIME_LIMIT = 262;
/** Atlas refuses writes by it when a cluster's storage is used up, and much else. */
const ATLAS_ERROR = 8_000;

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
 * That the server is not the primary, or no longer: it refused, or an election interrupted it. Servers put a label
 * on these only where the driver repeats writes itself, which it does not here.
 *
 * @see https://github.com/mongodb/specifications/blob/master/source/server-discovery-and-monitoring/server-discovery-and-monitoring.md
 */
const ELECTION_CODES: readonly unknown[] = [91, 189, 10_107, 11_600, 11_602, 13_435, 13_436];

/** Whether the answer was lost or never came, or somebody else is to be asked: the write may have happened or not. */
export function isConnectionLoss(error: unknown): boolean {
  return (
    error instanceof MongoNetworkError ||
    error instanceof MongoNotConnectedError ||
    hasWaited(error) ||
    (error instanceof MongoServerError && ELECTION_CODES.includes(error.code)) ||
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

/** What the store suffers from when it refused what it was asked, or undefined when it is something else. */
export function findProblem(error: unknown): StoreProblem | undefined {
  if (!(error instanceof MongoServerError)) return undefined;
  const { code, message } = error;
  if (code === OUT_OF_DISK_SPACE || (code === ATLAS_ERROR && /space quota/.test(message))) return 'full';
  if (code === EXCEEDED_TIME_LIMIT || code === MAX_TIME_EXPIRED) return 'tooSlow';
  return undefined;
}
