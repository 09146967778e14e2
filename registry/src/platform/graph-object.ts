import { mayRead } from '../access/may-read.ts';
import { assertMay } from '../access/viewer.ts';
import { checkWorkflow } from './check-workflow.ts';
import { organizationObject } from './organization.ts';
import { persistedQueryList } from './persisted-query-list.ts';
import type { PlatformContext } from './platform-context.ts';
import { variantObject } from './variant-object.ts';

/** Graph; null when there is none. */
export async function graphObject(graphId: string, context: PlatformContext) {
  const title = await context.graphs.graphTitle(graphId);
  if (title === undefined) return null;
  return {
    __typename: 'Graph',
    id: graphId,
    title,
    // rover takes keys of graphs and of users; every key here is of a graph.
    asActor: { type: 'GRAPH' },
    variant: ({ name }: { name: string }) => {
      assertMay(context.viewer, 'read', { graphId, variant: name });
      return variantObject({ graphId, variant: name }, context);
    },
    variants: async () => {
      const refs = (await context.graphs.variants(graphId)).map(({ name: variant }) => ({
        graphId,
        variant,
      }));
      const readable = refs.filter((ref) => mayRead(context.viewer, ref));
      return Promise.all(readable.map((ref) => variantObject(ref, context)));
    },
    checkWorkflow: async ({ id }: { id: string }) => {
      const check = await context.checks.find(graphId, id);
      if (check === undefined) return null;
      assertMay(context.viewer, 'read', { graphId, variant: check.variant });
      return checkWorkflow(check, context.publicUrl());
    },
    persistedQueryList: async ({ id: variant }: { id: string }) => {
      assertMay(context.viewer, 'read', { graphId, variant });
      const found = await context.graphs.variant({ graphId, variant });
      return found === undefined ? null : persistedQueryList({ graphId, variant });
    },
    account: () => organizationObject(graphId, context),
  };
}
