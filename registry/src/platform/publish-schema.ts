import { actorOf, assertMay } from '../access/viewer.ts';
import { assertNoContract } from '../graphs/assert-no-contract.ts';
import { assertVariantName, formatGraphRef, type GraphRef } from '../graphs/graph-ref.ts';
import { isWhole } from '../graphs/graph-store.ts';
import type { SchemaChange } from '../schema-work/protocol.ts';
import { assertSchemaSize } from './assert-schema-size.ts';
import { gitOf, type GitContextInput } from './git-context.ts';
import type { PlatformContext } from './platform-context.ts';
import { variantObject } from './variant-object.ts';

export interface UploadSchema {
  readonly tag: string;
  readonly schemaDocument?: string | null;
  readonly gitContext?: GitContextInput | null;
}

/**
 * Takes the whole schema of a variant that has no subgraphs: `rover graph publish`. Unlike a subgraph it stands for
 * itself, so one that is not valid is refused.
 */
export async function publishSchema(graphId: string, input: UploadSchema, context: PlatformContext) {
  const ref: GraphRef = { graphId, variant: input.tag };
  const viewer = assertMay(context.viewer, 'publish', ref);
  assertVariantName(ref.variant);
  assertNoContract(await context.contracts.find(ref));
  const sdl = input.schemaDocument ?? '';
  assertSchemaSize(sdl, context.maxSchemaBytes);
  const { subgraphs: present } = await context.graphs.subgraphs(ref);
  if (present.length > 0 && !isWhole(present))
    return refusal(
      'HAS_SUBGRAPHS',
      `${formatGraphRef(ref)} has subgraphs: publish those, with rover subgraph publish.`,
    );
  if (present[0]?.sdl === sdl) return success('NO_CHANGES', ref, [], context);

  const whole = { name: '', url: '', sdl, publishedAt: new Date() };
  const { errors, supergraph } = await context.launcher.rehearse(ref, () => [whole]);
  if (supergraph === undefined)
    return refusal('INVALID_SCHEMA', errors.map(({ message }) => message).join('\n'));
  const before = (await context.graphs.served(ref))?.apiSdl;
  const changes =
    before === undefined
      ? []
      : (await context.workers.run('compare', { before, after: supergraph.apiSdl, operations: [] })).changes;
  await context.launcher.launch(
    ref,
    { actor: actorOf(viewer), cause: { kind: 'PUBLISH_WHOLE', git: gitOf(input.gitContext) } },
    () => [whole],
  );
  return success('UPLOAD_SUCCESS', ref, changes, context);
}

const refusal = (code: string, message: string) => ({ code, message, success: false, publication: null });

async function success(
  code: string,
  ref: GraphRef,
  changes: readonly SchemaChange[],
  context: PlatformContext,
) {
  const variant = await variantObject(ref, context);
  const published = variant === null ? null : await variant.latestPublication?.();
  const publication =
    published === null || published === undefined
      ? null
      : { ...published, diffToPrevious: { changeSummary: summarize(changes) } };
  return { code, message: 'The schema was published.', success: true, publication };
}

/** Fields of a type that is new or gone are not counted beside the type. */
function summarize(changes: readonly SchemaChange[]) {
  const count = (code: RegExp): number => changes.filter((each) => code.test(each.code)).length;
  const [typeAdditions, typeRemovals] = [count(/^TYPE_ADDED$/), count(/^TYPE_REMOVED$/)];
  const [fieldAdditions, fieldRemovals] = [count(/^FIELD_ADDED$/), count(/^FIELD_REMOVED$/)];
  const ofFields = count(/^(FIELD|ARG|REQUIRED_ARG|OPTIONAL_ARG)_/);
  const ofTypes = changes.length - ofFields;
  return {
    type: {
      additions: typeAdditions,
      removals: typeRemovals,
      edits: ofTypes - typeAdditions - typeRemovals,
    },
    field: {
      additions: fieldAdditions,
      removals: fieldRemovals,
      edits: ofFields - fieldAdditions - fieldRemovals,
    },
  };
}
