import { BadUserInputError } from '@tributary/service-kit';
import { assertAdministers } from '../access/assert-administers.ts';
import { assertKeyName } from '../access/key-name.ts';
import type { KeyRecord, NewKey } from '../access/key-store.ts';
import { actorOf } from '../access/viewer.ts';
import { assertSubgraphName, assertVariantName } from '../graphs/graph-ref.ts';
import type { PlatformContext } from './platform-context.ts';

/** Organization: here, the keys of a graph. @throws ForbiddenError unless the whole graph is the viewer's. */
export function organizationObject(graphId: string, { viewer, keys }: PlatformContext) {
  assertAdministers(viewer, graphId);
  return {
    apiKey: async ({ keyId }: { keyId: string }) => {
      const key = await keys.get(graphId, keyId);
      return key === undefined ? null : keyObject(key);
    },
    apiKeys: async () => ({
      edges: (await keys.list(graphId)).map((key) => ({ node: keyObject(key) })),
      pageInfo: { endCursor: null, hasNextPage: false },
    }),
    // A router takes only licences that Apollo signed.
    offlineLicense: null,
  };
}

interface CreateKey {
  readonly name: string;
  readonly type: 'GATEWAY' | 'OPERATOR' | 'ROUTER' | 'SCIM' | 'SUBGRAPH';
  readonly resources?: {
    readonly subgraphs?:
      | readonly { readonly graphId: string; readonly variantName: string; readonly subgraphName: string }[]
      | null;
  } | null;
}

/** OrganizationMutation. @throws ForbiddenError unless the whole graph is the viewer's. */
export function organizationMutation(graphId: string, context: PlatformContext) {
  const actor = actorOf(assertAdministers(context.viewer, graphId));
  return {
    createKey: async ({ name, type, resources }: CreateKey) => {
      assertKeyName(name);
      return keyObject(
        await context.keys.create({ graphId, name, ...scopeOf(graphId, type, resources) }, actor),
      );
    },
    renameKey: async ({ keyId, name }: { keyId: string; name: string }) => {
      assertKeyName(name);
      const renamed = await context.keys.rename(graphId, keyId, name, actor);
      const key = renamed ? await context.keys.get(graphId, keyId) : undefined;
      if (key === undefined) throw noSuchKey(graphId, keyId);
      return keyObject(key);
    },
    deleteKey: async ({ keyId }: { keyId: string }) => {
      if (!(await context.keys.revoke(graphId, keyId, actor))) throw noSuchKey(graphId, keyId);
      return keyId;
    },
  };
}

function scopeOf(
  graphId: string,
  type: CreateKey['type'],
  resources: CreateKey['resources'],
): Pick<NewKey, 'role' | 'subgraphs'> {
  switch (type) {
    case 'OPERATOR':
      return { role: 'ADMIN' };
    case 'ROUTER':
    case 'GATEWAY':
      return { role: 'ROUTER' };
    case 'SUBGRAPH': {
      const subgraphs = resources?.subgraphs ?? [];
      if (subgraphs.length === 0)
        throw new BadUserInputError('A subgraph key needs the subgraphs it is for.');
      const foreign = subgraphs.find((each) => each.graphId !== graphId);
      if (foreign !== undefined)
        throw new BadUserInputError(`A key of graph ${graphId} cannot be for one of ${foreign.graphId}.`);
      for (const { variantName, subgraphName } of subgraphs) {
        assertVariantName(variantName);
        assertSubgraphName(subgraphName);
      }
      return {
        role: 'PUBLISHER',
        subgraphs: subgraphs.map(({ variantName, subgraphName }) => ({
          variant: variantName,
          subgraph: subgraphName,
        })),
      };
    }
    case 'SCIM':
      throw new BadUserInputError(
        'This registry has no SCIM: there are OPERATOR, ROUTER, GATEWAY and SUBGRAPH keys.',
      );
  }
}

const noSuchKey = (graphId: string, id: string): Error =>
  new BadUserInputError(`Graph ${graphId} has no API key ${id}.`);

/** The key itself is there only right after it was made. */
const keyObject = (key: KeyRecord & { readonly token?: string }) => ({
  id: key.id,
  keyName: key.name,
  token: key.token ?? key.hint,
  createdAt: key.createdAt.toISOString(),
  expiresAt: null,
});
