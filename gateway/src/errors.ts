import { InternalError } from '@tributary/service-kit';

/** The keys that access tokens are checked with have never been reachable; see docs/errors.md. */
export class SigningKeysUnavailableError extends InternalError {
  readonly code = 'SERVICE_UNAVAILABLE';
  override readonly status = 503;
  override readonly retryAfterSeconds = 1;
  override readonly publicMessage = 'Access tokens cannot be checked right now. Try again.';
  constructor(source: string, cause: unknown) {
    super(`no signing keys from ${source}`, { cause });
  }
}
