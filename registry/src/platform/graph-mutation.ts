import { assertMay } from '../access/viewer.ts';
import { assertSchemaSize } from './assert-schema-size.ts';
import { lintResult } from './check-workflow.ts';
import { deleteSubgraph } from './delete-subgraph.ts';
import type { PlatformContext } from './platform-context.ts';
import { publishSubgraph, type PublishSubgraph } from './publish-subgraph.ts';
import { variantMutation } from './variant-mutation.ts';

/** GraphMutation. */
export const graphMutation = (graphId: string, context: PlatformContext) => ({
  variant: ({ name }: { name: string }) => variantMutation({ graphId, variant: name }, context),
  publishSubgraph: (input: PublishSubgraph) => publishSubgraph(graphId, input, context),
  removeImplementingServiceAndTriggerComposition: (input: {
    graphVariant: string;
    name: string;
    dryRun: boolean;
  }) => deleteSubgraph(graphId, input, context),
  lintSchema: async ({ sdl, baseSdl }: { sdl: string; baseSdl?: string | null }) => {
    assertMay(context.viewer, 'check', { graphId });
    assertSchemaSize(sdl, context.maxSchemaBytes);
    return lintResult(await context.linter.lint(sdl, baseSdl ?? undefined));
  },
});
