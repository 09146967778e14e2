import { GraphQLError } from 'graphql';
import { withoutStack } from '../without-stack.ts';
import type { SubgraphError } from './subgraph-sender.ts';

/** A subgraph's error where the client sees it. */
export function toClientError(
  subgraph: string,
  { message, extensions }: Omit<SubgraphError, 'path'>,
  path: readonly (string | number)[],
  clientNames: ReadonlyMap<string, string>,
): GraphQLError {
  return withoutStack(
    () =>
      new GraphQLError(message, {
        ...(path.length === 0
          ? {}
          : {
              path: path.map((step) => (typeof step === 'string' ? (clientNames.get(step) ?? step) : step)),
            }),
        extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', ...extensions, service: subgraph },
      }),
  );
}
