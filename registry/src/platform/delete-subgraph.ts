import { BadUserInputError } from '@tributary/service-kit';
import { actorOf, assertMay } from '../access/viewer.ts';
import { formatGraphRef, type GraphRef } from '../graphs/graph-ref.ts';
import type { Subgraph } from '../graphs/graph-store.ts';
import type { PlatformContext } from './platform-context.ts';

/** Takes a subgraph out of the graph; what is left has to compose for gateways to notice. */
export async function deleteSubgraph(
  graphId: string,
  { graphVariant: variant, name, dryRun }: { graphVariant: string; name: string; dryRun: boolean },
  context: PlatformContext,
) {
  const ref: GraphRef = { graphId, variant };
  const viewer = assertMay(context.viewer, 'publish', { ...ref, subgraph: name });
  const without = (subgraphs: readonly Subgraph[]): readonly Subgraph[] => {
    const rest = subgraphs.filter((each) => each.name !== name);
    if (rest.length === subgraphs.length)
      throw new BadUserInputError(`${formatGraphRef(ref)} has no subgraph ${name}.`);
    return rest;
  };
  const composition = dryRun
    ? await context.launcher.rehearse(ref, without)
    : (
        await context.launcher.launch(
          ref,
          { actor: actorOf(viewer), cause: { kind: 'DELETE', subgraph: name } },
          without,
        )
      )?.composition;
  return {
    errors: composition?.errors ?? [],
    updatedGateway: !dryRun && composition?.supergraph !== undefined,
  };
}
