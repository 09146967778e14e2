import { createErrorFormatter, type Logger } from '@tributary/service-kit';
import type { GraphQLFormattedError } from 'graphql';
import type { FormatError } from './write-answer.ts';

/** What clients see of a subgraph's errors. */
export interface SubgraphErrorPolicy {
  readonly showsMessage: boolean;
  readonly showsExtension: (key: string) => boolean;
}

export interface DescribeErrorOptions {
  readonly logger: Logger;
  /** Whether names that a client may have meant are told. */
  readonly suggestions: boolean;
  /** Whether a client is told no more of an operation than that it is not valid. */
  readonly redactValidationErrors: boolean;
  readonly subgraphErrors: {
    readonly all: SubgraphErrorPolicy;
    readonly subgraphs: ReadonlyMap<string, SubgraphErrorPolicy>;
  };
}

const REDACTED = 'Subgraph errors redacted';
const NOT_VALID: GraphQLFormattedError = {
  message: 'The operation is not valid.',
  extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
};
const SUGGESTION = / Did you mean [^?]+\?/g;
/** Codes of errors that are made of what a client wrote and what the schema has. */
const MAY_SUGGEST = new Set(['GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

/** What clients are told of errors. What they are not told the log is. */
export function createErrorDescriber({
  logger,
  suggestions,
  redactValidationErrors,
  subgraphErrors,
}: DescribeErrorOptions): FormatError {
  const format = createErrorFormatter(logger, true);

  const redact = (formatted: GraphQLFormattedError, subgraph: string): GraphQLFormattedError => {
    const policy = subgraphErrors.subgraphs.get(subgraph) ?? subgraphErrors.all;
    const extensions = Object.entries(formatted.extensions ?? {});
    const shown = extensions.filter(([key]) => policy.showsExtension(key));
    if (policy.showsMessage && shown.length === extensions.length) return formatted;
    logger.warn({ 'subgraph.name': subgraph, 'graphql.error': formatted }, 'subgraph error redacted');
    const { extensions: _all, ...rest } = formatted;
    return {
      ...rest,
      message: policy.showsMessage ? formatted.message : REDACTED,
      ...(shown.length === 0 ? {} : { extensions: Object.fromEntries(shown) }),
    };
  };

  return (given, error) => {
    const formatted = format(given, error);
    const { code, service } = formatted.extensions ?? {};
    if (typeof service === 'string') return redact(formatted, service);
    if (redactValidationErrors && code === 'GRAPHQL_VALIDATION_FAILED') {
      logger.debug({ 'graphql.error': formatted }, 'validation error redacted');
      return NOT_VALID;
    }
    return suggestions || !MAY_SUGGEST.has(code as string)
      ? formatted
      : { ...formatted, message: formatted.message.replace(SUGGESTION, '') };
  };
}
