import { actorOf, assertMay } from '../access/viewer.ts';
import type { Contract } from '../graphs/contract-store.ts';
import { assertVariantName, formatGraphRef, type GraphRef } from '../graphs/graph-ref.ts';
import type { Launch } from '../graphs/launcher.ts';
import type { TagFilter } from '../schema-work/protocol.ts';
import type { PlatformContext } from './platform-context.ts';

export interface UpsertContract {
  readonly contractVariantName: string;
  readonly sourceVariant?: string | null;
  readonly filterConfig: TagFilter;
  readonly initiateLaunch: boolean;
}

const TAG = /^[A-Za-z0-9_/-]{1,128}$/;

/** `rover contract publish`: nothing is saved of a contract that the source's schema cannot be filtered to. */
export async function upsertContract(graphId: string, input: UpsertContract, context: PlatformContext) {
  const { contractVariantName: variant, filterConfig: filter, initiateLaunch } = input;
  const ref: GraphRef = { graphId, variant };
  const viewer = assertMay(context.viewer, 'manage', ref);
  assertVariantName(variant);
  const present = await context.contracts.find(ref);
  const sourceVariant = input.sourceVariant ?? present?.sourceVariant;
  // Who may say what a contract shows may see all of its source.
  if (sourceVariant !== undefined) assertMay(viewer, 'manage', { graphId, variant: sourceVariant });
  const problem =
    problemOfFilter(filter) ?? (await problemOfSource({ ref, sourceVariant, present }, context));
  if (problem !== undefined || sourceVariant === undefined) return refusal([problem ?? '']);

  const contract: Contract = { graphId, variant, sourceVariant, filter };
  const rehearsed = await context.launcher.rehearseContract(contract);
  if (rehearsed !== undefined && rehearsed.supergraph === undefined)
    return refusal(rehearsed.errors.map(({ message }) => message));
  await context.contracts.save(contract, actorOf(viewer), !initiateLaunch);
  const launch = initiateLaunch
    ? await context.launcher.launchContract(contract, actorOf(viewer))
    : undefined;
  return {
    __typename: 'ContractVariantUpsertSuccess',
    contractVariant: { name: variant, contractFilterConfigDescription: describeContract(contract) },
    ...(initiateLaunch ? describeLaunch(ref, launch, context) : { launchUrl: null, launchCliCopy: null }),
  };
}

/** rover takes a launch that it asked for, and is told nothing of, for a fault. */
function describeLaunch(ref: GraphRef, launch: Launch | undefined, { publicUrl }: PlatformContext) {
  if (launch === undefined)
    return {
      launchUrl: publicUrl(),
      launchCliCopy: 'There is no launch yet: the source variant has no schema that composes.',
    };
  const url = `${publicUrl()}/graphs/${formatGraphRef(ref)}/launches/${launch.number}`;
  return { launchUrl: url, launchCliCopy: `Launch ${launch.number}: ${url}` };
}

const refusal = (errorMessages: readonly string[]) => ({
  __typename: 'ContractVariantUpsertErrors',
  errorMessages,
});

function problemOfFilter({ include, exclude }: TagFilter): string | undefined {
  const wrong = [...include, ...exclude].find((tag) => !TAG.test(tag));
  if (wrong !== undefined) return `"${wrong}" is no tag: 1 to 128 letters, digits, "_", "/" and "-".`;
  const both = include.find((tag) => exclude.includes(tag));
  return both === undefined ? undefined : `The tag "${both}" is both included and excluded.`;
}

interface Source {
  readonly ref: GraphRef;
  readonly sourceVariant: string | undefined;
  readonly present: Contract | undefined;
}

async function problemOfSource(
  { ref, sourceVariant, present }: Source,
  { graphs, contracts }: PlatformContext,
): Promise<string | undefined> {
  if (sourceVariant === undefined) return 'A new contract needs --source-variant.';
  if (present !== undefined)
    return present.sourceVariant === sourceVariant
      ? undefined
      : `${formatGraphRef(ref)} is a contract of ${present.sourceVariant}, and stays one.`;
  const source: GraphRef = { ...ref, variant: sourceVariant };
  if ((await graphs.variant(source)) === undefined) return `There is no ${formatGraphRef(source)}.`;
  if ((await contracts.find(source)) !== undefined)
    return `${formatGraphRef(source)} is a contract itself: a contract's source is not.`;
  return (await graphs.variant(ref)) === undefined
    ? undefined
    : `${formatGraphRef(ref)} has a schema of its own; rover graph delete takes it away.`;
}

export function describeContract({ sourceVariant, filter }: Contract): string {
  const { include, exclude, hideUnreachableTypes } = filter;
  return [
    `Source variant: ${sourceVariant}`,
    `Included tags: ${include.join(', ') || 'all'}`,
    `Excluded tags: ${exclude.join(', ') || 'none'}`,
    `Unreachable types: ${hideUnreachableTypes ? 'hidden' : 'kept'}`,
  ].join('\n');
}
