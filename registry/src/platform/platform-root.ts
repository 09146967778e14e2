import { assertMay } from '../access/viewer.ts';
import { parseGraphRef } from '../graphs/graph-ref.ts';
import { graphMutation } from './graph-mutation.ts';
import { graphObject } from './graph-object.ts';
import { organizationMutation, organizationObject } from './organization.ts';
import type { PlatformContext } from './platform-context.ts';
import { variantObject } from './variant-object.ts';

/** Fields of Query and Mutation: their names do not overlap in meaning, `graph` and `organization` look at which it is. */
export const platformRoot = {
  frontendUrlRoot: (_: unknown, { publicUrl }: PlatformContext) => publicUrl(),

  me: async (_: unknown, context: PlatformContext) => {
    if (context.viewer === undefined) return assertMay(undefined, 'read', { graphId: '' });
    return graphObject(context.viewer.graphId, context);
  },

  graph: async ({ id }: { id: string }, context: PlatformContext, info: { parentType: { name: string } }) => {
    assertMay(context.viewer, 'read', { graphId: id });
    return info.parentType.name === 'Mutation' ? graphMutation(id, context) : graphObject(id, context);
  },

  variant: async ({ ref: text }: { ref: string }, context: PlatformContext) => {
    const ref = parseGraphRef(text);
    if (ref === undefined)
      return { __typename: 'InvalidRefFormat', message: 'A graph is named as GRAPH or GRAPH@VARIANT.' };
    assertMay(context.viewer, 'read', ref);
    return variantObject(ref, context);
  },

  organization: ({ id }: { id: string }, context: PlatformContext, info: { parentType: { name: string } }) =>
    info.parentType.name === 'Mutation' ? organizationMutation(id, context) : organizationObject(id, context),
};
