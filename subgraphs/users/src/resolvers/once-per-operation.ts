import { ClientError } from '@tributary/service-kit';
import type { UsersContext } from '../context.ts';
import type { MutationResolver } from './mutation-resolver.ts';

/** One operation asked for the same costly field several times, under aliases. */
export class RepeatedFieldError extends ClientError {
  readonly code = 'RATE_LIMITED';
  readonly status = 429;
  constructor(field: string) {
    super(`Ask for "${field}" once in an operation.`);
  }
}

/**
 * Lets a field that takes a password run once in an operation: under aliases, a thousand guesses would
 * otherwise be one request to every limiter that counts requests.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/GraphQL_Cheat_Sheet.html#batching-attacks
 */
export function oncePerOperation<TArgs, TPayload>(
  field: string,
  resolve: MutationResolver<TArgs, TPayload>,
): MutationResolver<TArgs, TPayload> {
  const asked = new WeakSet<UsersContext>();
  return async (parent, args, context) => {
    if (asked.has(context)) throw new RepeatedFieldError(field);
    asked.add(context);
    return resolve(parent, args, context);
  };
}
