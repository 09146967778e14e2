/**
 * Checks a plan before it is used: every field that the client asked for must be fetched by it. One that is not
 * would be null in the answer without a word.
 */
import type { PlanNode, SubscriptionNode } from '@apollo/query-planner';
import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  type DocumentNode,
  type GraphQLObjectType,
  type SelectionSetNode,
} from 'graphql';
import { collectFields, fragmentsOf } from '../execution/collect-fields.ts';
import { onlyOperation } from '../execution/only-operation.ts';
import { fetchedSelections } from './fetched-selections.ts';
import type { PlannableSupergraph } from './load-supergraph.ts';
import type { UnplannedField } from './protocol.ts';

/** A selection that a subgraph is asked for. */
interface Fetched {
  readonly set: SelectionSetNode;
  readonly subgraph: string;
}

export function findUnplannedFields(
  { apiSchema, matches, canReturn }: PlannableSupergraph,
  document: DocumentNode,
  plan: PlanNode | SubscriptionNode | undefined,
): readonly UnplannedField[] {
  const unplanned = new Map<string, UnplannedField>();
  const operation = onlyOperation(document);
  const rootType = apiSchema.getRootType(operation.operation);
  if (rootType === undefined || rootType === null) return [];
  const collector = { fragments: fragmentsOf(document), matches };
  const fetched = fetchedAt(plan);
  const seen = new Set<string>();

  const check = (
    type: GraphQLObjectType,
    wanted: readonly SelectionSetNode[],
    given: readonly Fetched[],
    path: readonly string[],
  ): void => {
    const available = given.map(({ set, subgraph }) => ({
      fields: collectFields(collector, [set], type.name),
      subgraph,
    }));
    for (const [key, nodes] of collectFields(collector, wanted, type.name)) {
      const name = nodes[0]?.name.value ?? '';
      const field = type.getFields()[name];
      if (field === undefined) continue;
      const at = [...path, key];
      const place = at.join('.');
      const answers = available.filter(({ fields }) => fields.has(key));
      if (answers.length === 0) {
        unplanned.set(place, { coordinate: `${type.name}.${name}`, path: at });
        continue;
      }
      const fieldType = getNamedType(field.type);
      if (!isCompositeType(fieldType)) continue;
      const below = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
      const givenBelow = [
        ...answers.flatMap(({ fields, subgraph }) =>
          (fields.get(key) ?? []).flatMap(({ selectionSet: set }) =>
            set === undefined ? [] : [{ set, subgraph }],
          ),
        ),
        ...(fetched.get(place) ?? []),
      ];
      const runtimeTypes = isAbstractType(fieldType)
        ? apiSchema
            .getPossibleTypes(fieldType)
            .filter(({ name }) => answers.some(({ subgraph }) => canReturn(subgraph, fieldType.name, name)))
        : [fieldType];
      for (const runtimeType of runtimeTypes) {
        const once = `${place} ${runtimeType.name} ${type.name}`;
        if (seen.has(once)) continue;
        seen.add(once);
        check(runtimeType, below, givenBelow, at);
      }
    }
  };
  check(rootType, [operation.selectionSet], fetched.get('') ?? [], []);
  return [...unplanned.values()];
}

/** The selection sets that a plan fetches, by response path without lists. */
function fetchedAt(plan: PlanNode | SubscriptionNode | undefined): ReadonlyMap<string, readonly Fetched[]> {
  const fetched = new Map<string, Fetched[]>();
  for (const { fetch, path, set } of fetchedSelections(plan)) {
    const place = path.join('.');
    fetched.set(place, [...(fetched.get(place) ?? []), { set, subgraph: fetch.serviceName }]);
  }
  return fetched;
}
