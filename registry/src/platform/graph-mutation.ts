import { deleteSubgraph } from './delete-subgraph.ts';
import type { PlatformContext } from './platform-context.ts';
import { publishSubgraph, type PublishSubgraph } from './publish-subgraph.ts';

/** GraphMutation. */
export const graphMutation = (graphId: string, context: PlatformContext) => ({
  publishSubgraph: (input: PublishSubgraph) => publishSubgraph(graphId, input, context),
  removeImplementingServiceAndTriggerComposition: (input: {
    graphVariant: string;
    name: string;
    dryRun: boolean;
  }) => deleteSubgraph(graphId, input, context),
});
