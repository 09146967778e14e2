import { BadUserInputError } from '@tributary/service-kit';
import { assertMay } from '../access/viewer.ts';
import { assertSubgraphName, assertVariantName, formatGraphRef, type GraphRef } from '../graphs/graph-ref.ts';
import { hashOf } from '../graphs/save-launch.ts';
import { assertSchemaSize } from './assert-schema-size.ts';
import { gitOf, type GitContextInput } from './git-context.ts';
import { actorOf, type PlatformContext } from './platform-context.ts';

export interface PublishSubgraph {
  readonly graphVariant: string;
  readonly name: string;
  readonly url?: string | null;
  readonly activePartialSchema: { readonly sdl?: string | null };
  readonly gitContext?: GitContextInput | null;
}

const MAX_URL = 2_000;
/** rover shows the first of them. */
const SHORT_HASH = 12;

/**
 * Takes a subgraph's schema into the graph. One that does not compose is taken too, and gateways keep what they have:
 * so do GraphOS and rover, for the schemas of two subgraphs may have to change one after the other.
 */
export async function publishSubgraph(graphId: string, input: PublishSubgraph, context: PlatformContext) {
  const { graphVariant: variant, name, activePartialSchema, gitContext } = input;
  const ref: GraphRef = { graphId, variant };
  const viewer = assertMay(context.viewer, 'publish', { ...ref, subgraph: name });
  assertVariantName(variant);
  assertSubgraphName(name);
  const sdl = activePartialSchema.sdl ?? '';
  assertSchemaSize(sdl, context.maxSchemaBytes);

  const before: { url?: string; exists?: boolean } = {};
  const launch = await context.launcher.launch(
    ref,
    { actor: actorOf(viewer), cause: { kind: 'PUBLISH', subgraph: name, git: gitOf(gitContext) } },
    (subgraphs) => {
      const present = subgraphs.find((each) => each.name === name);
      before.exists = present !== undefined;
      const url = input.url ?? present?.url ?? '';
      assertUrl(url);
      if (present?.sdl === sdl && present.url === url) return undefined;
      return [...subgraphs.filter((each) => each !== present), { name, url, sdl, publishedAt: new Date() }];
    },
  );
  const publication = {
    compositionConfig: { schemaHash: hashOf(sdl).slice(0, SHORT_HASH) },
    wasCreated: before.exists === false,
  };
  if (launch === undefined) return { ...publication, errors: [], updatedGateway: false, wasUpdated: false };
  const url = `${context.publicUrl()}/graphs/${formatGraphRef(ref)}/launches/${launch.number}`;
  return {
    ...publication,
    errors: launch.composition.errors,
    updatedGateway: launch.composition.supergraph !== undefined,
    wasUpdated: true,
    launchUrl: url,
    launchCliCopy: `Launch ${launch.number}: ${url}`,
  };
}

function assertUrl(url: string): void {
  if (url.length > MAX_URL) throw new BadUserInputError(`A routing URL has at most ${MAX_URL} characters.`);
}
