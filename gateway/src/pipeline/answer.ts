import type { GraphQLError } from 'graphql';

/** What a client gets for one operation. */
export interface Answer {
  /** HTTP status. */
  readonly status: number;
  /** JSON text of the response. */
  readonly body: string;
}

/** What an operation came to, before it is written. */
export interface Outcome {
  /** JSON text of `data`; absent when the operation never ran. */
  readonly data?: string;
  readonly errors: readonly GraphQLError[];
  /** What was lost because a value was not of its type. */
  readonly valueCompletion?: readonly GraphQLError[];
}
