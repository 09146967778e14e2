import { BadUserInputError } from '@tributary/service-kit';
import { actorOf, assertMay } from '../access/viewer.ts';
import type { CheckSettingsInput } from '../checks/check-settings.ts';
import { assertNoContract } from '../graphs/assert-no-contract.ts';
import { assertSubgraphName, assertVariantName, formatGraphRef, type GraphRef } from '../graphs/graph-ref.ts';
import { isWhole } from '../graphs/graph-store.ts';
import { assertSchemaSize } from './assert-schema-size.ts';
import { checkUrl } from './check-workflow.ts';
import { gitOf, type GitContextInput } from './git-context.ts';
import type { PlatformContext } from './platform-context.ts';
import { variantObject } from './variant-object.ts';

interface CheckInput {
  readonly config: CheckSettingsInput;
  readonly gitContext?: GitContextInput | null;
}

interface SubgraphCheckInput extends CheckInput {
  readonly subgraphName: string;
  readonly proposedSchema: string;
}

interface SchemaCheckInput extends CheckInput {
  readonly proposedSchemaDocument?: string | null;
}

const MAX_README = 100_000;

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
    // A check is done when this is answered: rover asks for the result at once, and then every five seconds.
    submitSubgraphCheckAsync: ({ input }: { input: SubgraphCheckInput }) => {
      const { subgraphName: subgraph, proposedSchema: sdl } = input;
      assertSubgraphName(subgraph);
      return check(ref, { subgraph, sdl, input }, context);
    },
    submitCheckSchemaAsync: async ({ input }: { input: SchemaCheckInput }) => {
      assertMay(context.viewer, 'check', ref);
      const { subgraphs } = await context.graphs.subgraphs(ref);
      if (subgraphs.length > 0 && !isWhole(subgraphs))
        throw new BadUserInputError(
          `${formatGraphRef(ref)} has subgraphs: check those, with rover subgraph check.`,
        );
      return check(ref, { subgraph: undefined, sdl: input.proposedSchemaDocument ?? '', input }, context);
    },
    delete: async () => {
      const viewer = assertMay(context.viewer, 'manage', ref);
      const contracts = await context.contracts.of(ref);
      if (contracts.length > 0)
        throw new BadUserInputError(
          `${formatGraphRef(ref)} has contracts: ${contracts.map(({ variant }) => variant).join(', ')}. Delete those first.`,
        );
      if (!(await context.graphs.deleteVariant(ref, actorOf(viewer))))
        throw new BadUserInputError(`There is no ${formatGraphRef(ref)}.`);
      return { deleted: true };
    },
    updateVariantReadme: async ({ readme }: { readme: string }) => {
      const viewer = assertMay(context.viewer, 'manage', ref);
      if (readme.length > MAX_README)
        throw new BadUserInputError(`A readme has at most ${MAX_README} characters.`);
      if ((await context.graphs.saveReadme(ref, readme, actorOf(viewer))) === undefined)
        throw new BadUserInputError(`There is no ${formatGraphRef(ref)}: publish a schema first.`);
      return variantObject(ref, context);
    },
  };
}

interface Proposal {
  readonly subgraph: string | undefined;
  readonly sdl: string;
  readonly input: CheckInput;
}

async function check(ref: GraphRef, { subgraph, sdl, input }: Proposal, context: PlatformContext) {
  const viewer = assertMay(context.viewer, 'check', ref);
  // A check tells which operations its variants have.
  for (const variant of input.config.includedVariants ?? []) assertMay(viewer, 'read', { ...ref, variant });
  assertNoContract(await context.contracts.find(ref));
  assertSchemaSize(sdl, context.maxSchemaBytes);
  const id = await context.checker.check({
    ref,
    subgraph,
    sdl,
    settings: input.config,
    git: gitOf(input.gitContext),
    actor: actorOf(viewer),
  });
  const targetURL = checkUrl(context.publicUrl(), { ...ref, id });
  return { __typename: 'CheckRequestSuccess', workflowID: id, targetURL };
}
