import { BadUserInputError } from '@tributary/service-kit';
import { assertKeyName } from '../access/key-name.ts';
import type { KeyRecord, NewKey } from '../access/key-store.ts';
import { actorOf, assertMay } from '../access/viewer.ts';
import type { PlatformContext } from './platform-context.ts';

/** Organization: here, the keys of a graph. */
export const organizationObject = (graphId: string, { keys }: PlatformContext) => ({
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
});

interface CreateKey {
  readonly name: string;
  readonly type: 'GATEWAY' | 'OPERATOR' | 'ROUTER' | 'SCIM' | 'SUBGRAPH';
  readonly resources?: {
    readonly subgraphs?:
      | readonly { readonly graphId: string; readonly variantName: string; readonly subgraphName: string }[]
      | null;
  } | null;
}

export const organizationMutation = (graphId: string, context: PlatformContext) => {
  const actor = (): string => actorOf(assertMay(context.viewer, 'manage', { graphId }));
  return {
    createKey: async ({ name, type, resources }: CreateKey) => {
      assertKeyName(name);
      return keyObject(
        await context.keys.create({ graphId, name, ...scopeOf(graphId, type, resources) }, actor()),
      );
    },
    renameKey: async ({ keyId, name }: { keyId: string; name: string }) => {
      assertKeyName(name);
      const renamed = await context.keys.rename(graphId, keyId, name, actor());
      const key = renamed ? await context.keys.get(graphId, keyId) : undefined;
      if (key === undefined) throw noSuchKey(graphId, keyId);
      return keyObject(key);
    },
    deleteKey: async ({ keyId }: { keyId: string }) => {
      if (!(await context.keys.revoke(graphId, keyId, actor()))) throw noSuchKey(graphId, keyId);
      return keyId;
    },
  };
};

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
