/**
 * The two families of failure every process knows.
 *
 * A ClientError is the caller's fault: its message is written for the caller and may be sent.
 * An InternalError is ours: the caller gets a fixed sentence, the log gets the real one with its cause.
 * Each class fixes its own code (stable, listed in docs/errors.md) and HTTP status.
 */
export abstract class ServiceError extends Error {
  abstract readonly code: string;
  abstract readonly status: number;
  /** Seconds after which a retry makes sense; becomes a Retry-After header. */
  readonly retryAfterSeconds: number | undefined = undefined;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

export abstract class ClientError extends ServiceError {}

export abstract class InternalError extends ServiceError {
  readonly status: number = 500;
  /** What the caller is told instead of the real message. */
  readonly publicMessage: string = 'Something went wrong on our side.';
}

/** The request as a whole cannot be understood: no JSON, not an object, no operation. */
export class BadRequestError extends ClientError {
  readonly code = 'BAD_REQUEST';
  readonly status = 400;
}

/** An argument has the right type and an impossible value. */
export class BadUserInputError extends ClientError {
  readonly code = 'BAD_USER_INPUT';
  readonly status = 400;
}

/** The body is larger than the process accepts. */
export class PayloadTooLargeError extends ClientError {
  readonly code = 'PAYLOAD_TOO_LARGE';
  readonly status = 413;
  constructor(maxBytes: number) {
    super(`The request body is larger than ${maxBytes} bytes, the most this server accepts.`);
  }
}

/** The body's media type is not one this endpoint reads. */
export class UnsupportedMediaTypeError extends ClientError {
  readonly code = 'UNSUPPORTED_MEDIA_TYPE';
  readonly status = 415;
  constructor(contentType: string, expected = 'application/json') {
    super(
      `Send the body as ${expected}, not ${contentType === '' ? 'without a content-type' : contentType}.`,
    );
  }
}

/** The caller is not signed in, or shows a credential that does not hold. */
export class UnauthenticatedError extends ClientError {
  readonly code = 'UNAUTHENTICATED';
  readonly status = 401;
}

/** The caller is known and may not do this. */
export class ForbiddenError extends ClientError {
  readonly code = 'FORBIDDEN';
  readonly status = 403;
}

/** A dependency (store, peer service) did not answer, or refused for now; nothing was decided, a retry may succeed. */
export class DependencyUnavailableError extends InternalError {
  readonly code = 'SERVICE_UNAVAILABLE';
  override readonly status = 503;
  override readonly retryAfterSeconds = 1;
  override readonly publicMessage: string = 'A service this request depends on is not answering. Try again.';
  constructor(dependency: string, cause: unknown, problem = 'is not answering') {
    super(`${dependency} ${problem}`, { cause });
  }
}

/** The process is configured in a way it cannot start with; every problem is named at once. */
export class ConfigurationError extends Error {
  readonly problems: readonly string[];
  constructor(processName: string, problems: readonly string[]) {
    super(
      `${processName} cannot start, its configuration is wrong:\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    );
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}
