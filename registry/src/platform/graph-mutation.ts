import { assertMay } from '../access/viewer.ts';
import { assertSchemaSize } from './assert-schema-size.ts';
import { upsertContract, type UpsertContract } from './contract.ts';
import { lintResult } from './check-workflow.ts';
import { deleteSubgraph } from './delete-subgraph.ts';
import type { PlatformContext } from './platform-context.ts';
import { persistedQueryListMutation } from './persisted-query-list.ts';
import { publishSchema, type UploadSchema } from './publish-schema.ts';
import { publishSubgraphs, type PublishSubgraphs, type SubgraphInput } from './publish-subgraphs.ts';
import { validateOperations, type ValidateOperations } from './validate-operations.ts';
import { variantMutation } from './variant-mutation.ts';

/** GraphMutation. */
export const graphMutation = (graphId: string, context: PlatformContext) => ({
  variant: ({ name }: { name: string }) => variantMutation({ graphId, variant: name }, context),
  publishSubgraph: ({
    name,
    ...input
  }: Omit<PublishSubgraphs, 'subgraphInputs'> & Omit<SubgraphInput, 'subgraph'> & { name: string }) =>
    publishSubgraphs(graphId, { ...input, subgraphInputs: [{ ...input, subgraph: name }] }, context),
  publishSubgraphs: (input: PublishSubgraphs) => publishSubgraphs(graphId, input, context),
  removeImplementingServiceAndTriggerComposition: (input: {
    graphVariant: string;
    name: string;
    dryRun: boolean;
  }) => deleteSubgraph(graphId, input, context),
  upsertContractVariant: (input: UpsertContract) => upsertContract(graphId, input, context),
  uploadSchema: (input: UploadSchema) => publishSchema(graphId, input, context),
  validateOperations: (input: ValidateOperations) => validateOperations(graphId, input, context),
  persistedQueryList: ({ id: variant }: { id: string }) =>
    persistedQueryListMutation({ graphId, variant }, context),
  lintSchema: async ({ sdl, baseSdl }: { sdl: string; baseSdl?: string | null }) => {
    assertMay(context.viewer, 'check', { graphId });
    assertSchemaSize(sdl, context.maxSchemaBytes);
    return lintResult(await context.linter.lint(sdl, baseSdl ?? undefined));
  },
});
