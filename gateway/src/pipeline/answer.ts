import type { GraphQLError } from 'graphql';
import type { OperationResult } from '../telemetry/request-journal.ts';

/** By name; a list is a header of its own for each of its values. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[]>>;

/** What a client gets for one operation. */
export interface Answer {
  /** HTTP status, as `application/graphql-response+json` has it. */
  readonly status: number;
  /** JSON text of the response, in UTF-8 where it was passed on as it came. */
  readonly body: string | Buffer;
  /** Whether it is known that all of the text is ASCII: it is sent as it is then. */
  readonly isAscii?: boolean;
  /** Sent with it, on top of what every answer has. */
  readonly headers?: ResponseHeaders | undefined;
  /** For whoever writes down what is answered. */
  readonly result?: OperationResult;
}

/**
 * The HTTP status of an answer. With plain JSON, 4xx would say that whatever answers is no GraphQL server: a client
 * that speaks only that reads errors from the body.
 *
 * @see https://graphql.github.io/graphql-over-http/draft/#sec-application-json
 */
export const statusFor = ({ status }: Answer, isGraphqlResponse: boolean): number =>
  isGraphqlResponse || status >= 500 || status === TOO_MANY_REQUESTS ? status : 200;

/** Whoever retries for a client, and knows nothing of GraphQL, has to understand this one. */
const TOO_MANY_REQUESTS = 429;

/** What an operation came to, before it is written. */
export interface Outcome {
  /** JSON text of `data`; absent when the operation never ran. */
  readonly data?: string | Buffer;
  /** Whether it is known that all of that text is ASCII. */
  readonly isAscii?: boolean;
  readonly errors: readonly GraphQLError[];
  /** What was lost because a value was not of its type. */
  readonly valueCompletion?: readonly GraphQLError[];
  /** Members of the response's `extensions`. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly headers?: ResponseHeaders;
}
