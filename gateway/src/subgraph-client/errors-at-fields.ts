import { Kind, parse, type FieldNode, type SelectionSetNode } from 'graphql';
import type { JsonObject } from '../execution/own.ts';
import type { SubgraphError } from '../execution/subgraph-sender.ts';
import type { SubgraphFailure } from './subgraph-request-error.ts';

/** A list of a thousand entities that could not be fetched is one failure; a client needs to see that it is, not all of it. */
const MAX_ERRORS = 50;

/**
 * One error for each field a failed fetch should have filled, with the path as the subgraph would have
 * given it: the root field, or `_entities`, the representation's index and the entity's field.
 */
export function errorsAtFields(
  failure: SubgraphFailure,
  operation: string,
  representations: readonly JsonObject[] | undefined,
): SubgraphError[] {
  return pathsOf(operation, representations)
    .slice(0, MAX_ERRORS)
    .map((path) => ({ message: failure.message, path, extensions: failure.extensions }));
}

function pathsOf(text: string, representations: readonly JsonObject[] | undefined): (string | number)[][] {
  const operation = parse(text).definitions.find(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (operation === undefined) return [];
  const rootFields = operation.selectionSet.selections.filter(
    (selection): selection is FieldNode => selection.kind === Kind.FIELD,
  );
  const entities = rootFields.find((field) => field.name.value === '_entities')?.selectionSet;
  if (entities === undefined || representations === undefined)
    return rootFields.map((field) => [responseKey(field)]);
  return representations.flatMap((representation, index) =>
    [...entityFields(entities, representation['__typename'])].map((key) => ['_entities', index, key]),
  );
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
