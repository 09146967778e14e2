import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import { InternalError, ServiceError } from './errors.ts';
import type { Logger } from './logger.ts';

const INTERNAL_CODE = 'INTERNAL_SERVER_ERROR';
const INTERNAL_MESSAGE = 'Something went wrong on our side.';

/**
 * The one place where an error becomes something a caller sees (Apollo Server's `formatError`).
 *
 * Errors with a code of their own keep their message: they were made for the caller. Anything else is
 * logged in full and answered with a fixed sentence.
 *
 * @param showInternalErrors Development only: send the real message instead.
 */
export function createErrorFormatter(
  logger: Logger,
  showInternalErrors: boolean,
): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const original = unwrapResolverError(error);
    if (original instanceof ServiceError && !(original instanceof InternalError)) {
      return withCode(formatted, original.message, original.code);
    }
    const code = formatted.extensions?.['code'];
    if (!(original instanceof InternalError) && typeof code === 'string' && code !== INTERNAL_CODE) {
      return withCode(formatted, formatted.message, code);
    }
    logger.error({ err: original, 'graphql.path': formatted.path }, 'operation failed');
    const publicCode = original instanceof InternalError ? original.code : INTERNAL_CODE;
    const publicMessage = original instanceof InternalError ? original.publicMessage : INTERNAL_MESSAGE;
    return withCode(formatted, showInternalErrors ? formatted.message : publicMessage, publicCode);
  };
}

/** Keeps what other code put into extensions, except a stack trace. */
function withCode(formatted: GraphQLFormattedError, message: string, code: string): GraphQLFormattedError {
  const { stacktrace: _stacktrace, ...extensions } = formatted.extensions ?? {};
  return { ...formatted, message, extensions: { ...extensions, code } };
}
