import { StartupError } from '@tributary/service-kit';
import { StoreUnavailableError } from '../store-unavailable-error.ts';

/** Names the setting and the reason. @param cause What connecting, or the first query, failed with. */
export const unreachableDatabase = (cause: unknown): StartupError =>
  new StartupError(`The database that POSTGRES_URL names cannot be used: ${reasonOf(cause)}.`, { cause });

/** A refused connection to a name with several addresses is an AggregateError without a message. */
function reasonOf(error: unknown): string {
  const cause = error instanceof StoreUnavailableError ? error.cause : error;
  const { message, code } = cause as { message?: string; code?: string };
  return [message, code].find((text) => text !== undefined && text !== '') ?? String(cause);
}
