import { BadUserInputError } from '@tributary/service-kit';
import { assertMay } from '../access/viewer.ts';
import { formatGraphRef, type GraphRef } from '../graphs/graph-ref.ts';
import type { PlatformContext } from './platform-context.ts';

export interface ValidateOperations {
  readonly tag?: string | null;
  readonly operations: readonly { readonly body: string; readonly name?: string | null }[];
}

/** `rover client check`: which of a client's operations the schema that gateways get would refuse. */
export async function validateOperations(
  graphId: string,
  { tag, operations }: ValidateOperations,
  context: PlatformContext,
) {
  const ref: GraphRef = { graphId, variant: tag ?? 'current' };
  assertMay(context.viewer, 'check', ref);
  const served = await context.graphs.served(ref);
  if (served === undefined)
    throw new BadUserInputError(`${formatGraphRef(ref)} has no schema: nothing that composes was published.`);
  const problems = await context.workers.run('validateOperations', {
    apiSdl: served.apiSdl,
    bodies: operations.map(({ body }) => body),
  });
  return {
    validationResults: problems.map(({ index, ...problem }) => ({
      ...problem,
      operation: { name: operations[index]?.name ?? null },
    })),
  };
}
