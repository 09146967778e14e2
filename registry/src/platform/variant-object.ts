import { assertMay } from '../access/viewer.ts';
import { formatGraphRef, type GraphRef } from '../graphs/graph-ref.ts';
import { isWhole, type LaunchSchemas, type Subgraph } from '../graphs/graph-store.ts';
import { compositionVersion } from '../schema-work/composition-version.ts';
import { persistedQueryList } from './persisted-query-list.ts';
import { describeContract } from './contract.ts';
import type { PlatformContext } from './platform-context.ts';

/** rover refuses to check or to publish to a variant without subgraphs; the first one has to begin somewhere. */
const PLACEHOLDER = { name: 'none-yet' };
const ASKS_WHETHER_FEDERATED = 'IsFederatedGraph';

/** GraphVariant; null when nothing was ever published to it. */
export async function variantObject(ref: GraphRef, context: PlatformContext) {
  const { graphs } = context;
  const mayBeNew = context.operationName === ASKS_WHETHER_FEDERATED;
  const variant = await graphs.variant(ref);
  if (variant === undefined) return mayBeNew ? { name: ref.variant, subgraphs: [PLACEHOLDER] } : null;

  const contract = await context.contracts.find(ref);
  let reading: Promise<readonly Subgraph[]> | undefined;
  const subgraphs = (): Promise<readonly Subgraph[]> =>
    (reading ??= graphs.subgraphsOf(ref, variant.latestLaunch));
  // A schema that was published whole is answered as it came; of subgraphs, what clients see of them together.
  const documentOf = async ({ number, apiSdl }: LaunchSchemas): Promise<string> => {
    const published = await graphs.subgraphsOf(ref, number);
    return isWhole(published) ? (published[0]?.sdl ?? '') : apiSdl;
  };
  return {
    __typename: 'GraphVariant',
    name: ref.variant,
    subgraphs: async () => {
      const present = await subgraphs();
      if (isWhole(present) || contract !== undefined) return null;
      return present.length === 0 && mayBeNew ? [PLACEHOLDER] : present.map(subgraphObject);
    },
    subgraph: async ({ name }: { name: string }) => {
      const found = (await subgraphs()).find((each) => each.name === name);
      return found === undefined ? null : subgraphObject(found);
    },
    latestPublication: async () => {
      const served = await graphs.served(ref);
      if (served === undefined) return null;
      return {
        schema: { document: await documentOf(served), hash: served.apiHash },
        variant: () => variantObject(ref, context),
        diffToPrevious: null,
      };
    },
    latestLaunch: async () => {
      const launch = await graphs.launch(ref, variant.latestLaunch);
      if (launch === undefined) return null;
      const schemas = await graphs.schemas(ref, launch.number);
      return schemas === undefined
        ? launchObject(ref, launch.number, { __typename: 'BuildFailure', errorMessages: launch.errors })
        : launchObject(ref, launch.number, success(schemas));
    },
    // What gateways get. While the newest launch is one that failed, that is an older one.
    latestApprovedLaunch: async () => {
      const served = await graphs.served(ref);
      if (served !== undefined) return launchObject(ref, served.number, success(served));
      const failed = await graphs.launch(ref, variant.latestLaunch);
      const result = { __typename: 'BuildFailure', errorMessages: failed?.errors ?? [] };
      return launchObject(ref, variant.latestLaunch, result);
    },
    sourceVariant: () => {
      if (contract === undefined) return null;
      const source: GraphRef = { ...ref, variant: contract.sourceVariant };
      // A contract's key is for those who are shown no more than the contract.
      assertMay(context.viewer, 'read', source);
      return variantObject(source, context);
    },
    contractFilterConfigDescription: contract && describeContract(contract),
    readme: async () => {
      const readme = await graphs.readme(ref);
      return { content: readme?.content ?? '', lastUpdatedTime: readme?.updatedAt.toISOString() ?? null };
    },
    persistedQueryList: persistedQueryList(ref),
  };
}

const subgraphObject = ({ name, url, sdl, publishedAt }: Subgraph) => ({
  name,
  url,
  updatedAt: publishedAt.toISOString(),
  activePartialSchema: { sdl },
});

const success = ({ supergraphSdl }: LaunchSchemas) => ({
  __typename: 'BuildSuccess',
  coreSchema: { coreDocument: supergraphSdl },
});

const launchObject = (ref: GraphRef, number: number, result: unknown) => ({
  id: `${formatGraphRef(ref)}/${number}`,
  buildInput: { __typename: 'CompositionBuildInput', version: compositionVersion },
  build: { result },
});
