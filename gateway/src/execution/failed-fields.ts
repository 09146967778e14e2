import { Kind, parse, type FieldNode, type SelectionSetNode } from 'graphql';
import type { ExecutableFetch } from './executable-plan.ts';
import { onlyOperation } from './only-operation.ts';
import type { SubgraphError } from './subgraph-sender.ts';

/**
 * One error for each field that a failed fetch should have filled, with the path as the subgraph would have given
 * it: the root field, or the entity's.
 *
 * @param representation JSON text of the entity; undefined for root fields.
 */
export function failedFields(
  fetch: ExecutableFetch,
  failure: Omit<SubgraphError, 'path'>,
  representation: string | undefined,
): readonly SubgraphError[] {
  const rootFields = rootFieldsOf(fetch);
  const entities = rootFields.find((field) => field.name.value === '_entities')?.selectionSet;
  const keys =
    entities === undefined || representation === undefined
      ? rootFields.map(responseKey)
      : entityFields(entities, (JSON.parse(representation) as { __typename?: unknown }).__typename);
  return [...keys].map((key) => ({ ...failure, path: [key] }));
}

const known = new WeakMap<ExecutableFetch, readonly FieldNode[]>();

function rootFieldsOf(fetch: ExecutableFetch): readonly FieldNode[] {
  let fields = known.get(fetch);
  if (fields === undefined) {
    const { selectionSet } = onlyOperation(parse(fetch.document, { noLocation: true }));
    fields = selectionSet.selections.filter((selection) => selection.kind === Kind.FIELD);
    known.set(fetch, fields);
  }
  return fields;
}

/** Fragments whose type is another (an interface of the entity's, say) may apply too; only certain misses are left out. */
function entityFields(selectionSet: SelectionSetNode, typename: unknown): Set<string> {
  const fragments = selectionSet.selections.filter((selection) => selection.kind === Kind.INLINE_FRAGMENT);
  const exact = fragments.filter((fragment) => fragment.typeCondition?.name.value === typename);
  const keys = new Set<string>();
  for (const fragment of exact.length > 0 ? exact : fragments) {
    for (const selection of fragment.selectionSet.selections) {
      if (selection.kind === Kind.FIELD && selection.name.value !== '__typename')
        keys.add(responseKey(selection));
    }
  }
  return keys;
}

const responseKey = (field: FieldNode): string => field.alias?.value ?? field.name.value;
