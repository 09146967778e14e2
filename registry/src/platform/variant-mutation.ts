import { BadUserInputError } from '@tributary/service-kit';
import { assertMay } from '../access/viewer.ts';
import type { CheckSettingsInput } from '../checks/check-settings.ts';
import { assertSubgraphName, assertVariantName, formatGraphRef, type GraphRef } from '../graphs/graph-ref.ts';
import { assertSchemaSize } from './assert-schema-size.ts';
import { checkUrl } from './check-workflow.ts';
import { gitOf, type GitContextInput } from './git-context.ts';
import { actorOf, type PlatformContext } from './platform-context.ts';

interface SubgraphCheckInput {
  readonly subgraphName: string;
  readonly proposedSchema: string;
  readonly config: CheckSettingsInput;
  readonly gitContext?: GitContextInput | null;
}

/** GraphVariantMutation. There is one of every variant, also of one that nothing was published to yet. */
export function variantMutation(ref: GraphRef, context: PlatformContext) {
  assertMay(context.viewer, 'read', ref);
  assertVariantName(ref.variant);
  return {
    rollBack: async ({ launch: to }: { launch: number }) => {
      const viewer = assertMay(context.viewer, 'manage', ref);
      const launch = await context.launcher.rollBack(ref, to, actorOf(viewer));
      if (launch === undefined)
        throw new BadUserInputError(`${formatGraphRef(ref)} has no launch ${to} that succeeded.`);
      return { launch: launch.number };
    },
    // The check is done when this is answered: rover asks for the result at once, and then every five seconds.
    submitSubgraphCheckAsync: async ({ input }: { input: SubgraphCheckInput }) => {
      const { subgraphName: subgraph, proposedSchema: sdl, config: settings, gitContext } = input;
      const viewer = assertMay(context.viewer, 'check', { ...ref, subgraph });
      assertSubgraphName(subgraph);
      assertSchemaSize(sdl, context.maxSchemaBytes);
      const git = gitOf(gitContext);
      const id = await context.checker.checkSubgraph({
        ref,
        subgraph,
        sdl,
        settings,
        git,
        actor: actorOf(viewer),
      });
      const targetURL = checkUrl(context.publicUrl(), { ...ref, id });
      return { __typename: 'CheckRequestSuccess', workflowID: id, targetURL };
    },
  };
}
