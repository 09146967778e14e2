import { BadUserInputError } from '@tributary/service-kit';
import { actorOf, assertMay } from '../access/viewer.ts';
import { assertSubgraphName, assertVariantName, formatGraphRef, type GraphRef } from '../graphs/graph-ref.ts';
import { isWhole, type Subgraph } from '../graphs/graph-store.ts';
import { hashOf } from '../graphs/save-launch.ts';
import { assertSchemaSize } from './assert-schema-size.ts';
import { gitOf, type GitContextInput } from './git-context.ts';
import type { PlatformContext } from './platform-context.ts';

export interface SubgraphInput {
  readonly subgraph: string;
  /** Null: as it was. */
  readonly url?: string | null;
  readonly activePartialSchema: { readonly sdl?: string | null };
}

export interface PublishSubgraphs {
  readonly graphVariant: string;
  readonly subgraphInputs: readonly SubgraphInput[];
  readonly gitContext?: GitContextInput | null;
}

const MAX_URL = 2_000;
/** rover shows all of it. */
const SHORT_HASH = 12;

/**
 * Takes schemas of subgraphs into the graph, in one launch. What does not compose is taken too, and gateways keep what
 * they have: so do GraphOS and rover, for the schemas of two subgraphs may have to change one after the other.
 */
export async function publishSubgraphs(graphId: string, input: PublishSubgraphs, context: PlatformContext) {
  const { graphVariant: variant, subgraphInputs: inputs, gitContext } = input;
  const ref: GraphRef = { graphId, variant };
  const names = inputs.map(({ subgraph }) => subgraph);
  for (const subgraph of names) assertMay(context.viewer, 'publish', { ...ref, subgraph });
  const viewer = assertMay(context.viewer, 'publish', { ...ref, subgraph: names[0] ?? '' });
  assertVariantName(variant);
  if (new Set(names).size !== names.length)
    throw new BadUserInputError('A subgraph is published once at a time.');
  for (const each of inputs) assertInput(each, context.maxSchemaBytes);

  let before: readonly Subgraph[] = [];
  const launch = await context.launcher.launch(
    ref,
    { actor: actorOf(viewer), cause: { kind: 'PUBLISH', subgraphs: names, git: gitOf(gitContext) } },
    (subgraphs) => {
      // Whoever may publish one subgraph may not take away a schema that is published whole.
      if (isWhole(subgraphs)) assertMay(viewer, 'publish', ref);
      before = subgraphs;
      return withInputs(subgraphs, inputs);
    },
  );
  const sdl = inputs.map(({ activePartialSchema }) => activePartialSchema.sdl ?? '').join('\n');
  const publication = {
    compositionConfig: { schemaHash: hashOf(sdl).slice(0, SHORT_HASH) },
    wasCreated: names.some((name) => !before.some((each) => each.name === name)),
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

/** @returns undefined when nothing is new. */
function withInputs(
  present: readonly Subgraph[],
  inputs: readonly SubgraphInput[],
): readonly Subgraph[] | undefined {
  // `rover subgraph publish --convert`: from now on the variant is made of subgraphs.
  const next = new Map(present.filter(({ name }) => name !== '').map((each) => [each.name, each]));
  let isChanged = false;
  for (const { subgraph: name, url: given, activePartialSchema } of inputs) {
    const old = next.get(name);
    const sdl = activePartialSchema.sdl ?? '';
    const url = given ?? old?.url ?? '';
    if (old?.sdl === sdl && old.url === url) continue;
    next.set(name, { name, url, sdl, publishedAt: new Date() });
    isChanged = true;
  }
  return isChanged ? [...next.values()] : undefined;
}

function assertInput({ subgraph, url, activePartialSchema }: SubgraphInput, maxSchemaBytes: number): void {
  assertSubgraphName(subgraph);
  assertSchemaSize(activePartialSchema.sdl ?? '', maxSchemaBytes);
  if ((url ?? '').length > MAX_URL)
    throw new BadUserInputError(`A routing URL has at most ${MAX_URL} characters.`);
}
