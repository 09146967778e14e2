import { ClientError, InternalError } from '@tributary/service-kit';

/** A schema took longer, or more memory, than the registry gives to one. */
export class SchemaTooExpensiveError extends ClientError {
  readonly code = 'SCHEMA_TOO_EXPENSIVE';
  readonly status = 400;
  constructor() {
    super('The schema takes too long, or too much memory, to process. Nothing was changed.');
  }
}

/** More schemas wait to be processed than the registry keeps requests open for. */
export class RegistryBusyError extends ClientError {
  readonly code = 'REGISTRY_BUSY';
  readonly status = 503;
  override readonly retryAfterSeconds = 5;
  constructor() {
    super('The registry has too much to do. Nothing was changed; try again.');
  }
}

/** Processing a schema failed by a fault of ours. */
export class SchemaWorkFailedError extends InternalError {
  readonly code = 'INTERNAL_SERVER_ERROR';
  constructor(task: string, reason: string) {
    super(`${task} failed: ${reason}`);
  }
}
