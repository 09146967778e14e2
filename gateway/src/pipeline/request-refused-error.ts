import { GraphQLError, Source, type GraphQLErrorOptions } from 'graphql';

/** The operation does not run at all; the whole response has this status. */
export class RequestRefusedError extends GraphQLError {
  readonly status: number;
  constructor(
    message: string,
    {
      code,
      status,
      extensions,
      ...options
    }: { readonly code: string; readonly status: number } & GraphQLErrorOptions,
  ) {
    super(message, { ...options, extensions: { code, ...extensions } });
    this.status = status;
  }
}

/** @param positions Offsets in the client's document. */
export const inDocument = (text: string, positions: readonly number[]): GraphQLErrorOptions =>
  positions.length === 0 ? {} : { source: new Source(text), positions };
