/**
 * Mends a plan in which a fetch asks for what its subgraph cannot answer: a field with `@requires` without what
 * it requires, which only a fetch of entities can send along, or a field that is external there. The planner
 * does so on the way to a field that is required, or is a key, itself: the subgraph would answer from nothing,
 * and nobody would notice. Such fields are taken out of the fetch and asked for right behind it, in fetches of
 * their own. A plan without such a fetch is left as it is.
 */
import type { FetchNode, PlanNode, QueryPlanSelectionNode, SubscriptionNode } from '@apollo/query-planner';
import {
  Kind,
  parse,
  type FieldNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { onlyOperation } from '../execution/only-operation.ts';
import { distinctSelections, entityFetch, TYPENAME, withSelections } from './entity-fetch.ts';
import { fieldsNamed } from './fields-named.ts';
import { mapFetches, type PlacedFetch } from './map-fetches.ts';
import { obtainFields, type Source } from './obtain-fields.ts';
import type { SubgraphTypes } from './subgraph-types.ts';

export interface FetchMender {
  readonly types: SubgraphTypes;
  rootTypeOf(operationKind: string): string;
}

/** @throws Error naming a field that cannot be asked for in any way that is known. */
export function mendFetches<T extends PlanNode | SubscriptionNode>(
  mender: FetchMender,
  node: T,
): T | PlanNode {
  return mapFetches(node, (placed) => mendFetch(mender, placed));
}

function mendFetch({ types, rootTypeOf }: FetchMender, { fetch, path, place }: PlacedFetch): PlanNode {
  const operation = onlyOperation(parse(fetch.operation, { noLocation: true }));
  const sent = namesIn(fetch.requires ?? []);
  const behind: PlanNode[] = [];
  const mend = (
    set: SelectionSetNode,
    type: string,
    at: readonly string[],
    isTop: boolean,
    provided: readonly SelectionNode[],
  ): SelectionSetNode => {
    const faulty: FieldNode[] = [];
    let isChanged = false as boolean;
    const selections = set.selections.flatMap((selection): readonly SelectionNode[] => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection];
      let below = selection.selectionSet;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const kind = selection.typeCondition?.name.value ?? type;
        below = mend(selection.selectionSet, kind, at, isTop, provided);
      } else if (selection.name.value === '_entities' && below !== undefined) {
        below = mend(below, '_Entity', at, true, []);
      } else {
        const field = types.field(fetch.serviceName, type, selection.name.value);
        if (field === undefined) return [selection];
        const lacks = field.requires?.some((each) => each.kind === Kind.FIELD && !sent.has(each.name.value));
        const isUnmet = field.requires !== undefined && (!isTop || lacks === true);
        const given = fieldsNamed(provided, selection.name.value);
        const isUnknown = field.isExternal && !isInKey(types, fetch.serviceName, type, selection);
        if (given.length === 0 && (isUnmet || isUnknown)) {
          faulty.push(selection);
          isChanged = true;
          return [];
        }
        if (below === undefined || field.isExternal) return [selection];
        const key = selection.alias?.value ?? selection.name.value;
        below = mend(
          below,
          field.type,
          [...at, key, ...Array.from({ length: field.listDepth }, () => '@')],
          false,
          [...(field.provides ?? []), ...given.flatMap(({ selectionSet }) => selectionSet?.selections ?? [])],
        );
      }
      if (below === selection.selectionSet) return [selection];
      isChanged = true;
      return [{ ...selection, selectionSet: below }];
    });
    if (!isChanged) return set;
    const source = { path: at, type, subgraph: fetch.serviceName, provided };
    const added =
      faulty.length === 0
        ? []
        : askBehind({ types, rootTypeOf }, { fetch, operation, source, faulty, root: path }, behind);
    return { ...set, selections: distinctSelections([...selections, ...added]) };
  };
  const isOfEntities = fetch.requires !== undefined;
  const mended = mend(
    operation.selectionSet,
    rootTypeOf(isOfEntities ? 'query' : fetch.operationKind),
    path,
    false,
    [],
  );
  if (mended === operation.selectionSet) return place(fetch);
  // All that is left of it was sent along.
  if (isOfEntities && fieldNamesIn(mended).every((name) => name === '_entities' || sent.has(name)))
    return { kind: 'Sequence', nodes: behind };
  const { text, variables } = withSelections(operation, mended.selections);
  const { operationDocumentNode: _outdated, ...rest } = fetch;
  const kept: FetchNode = {
    ...rest,
    operation: text,
    variableUsages: (fetch.variableUsages ?? []).filter((name) => variables.has(name)),
  };
  return { kind: 'Sequence', nodes: [place(kept), ...behind] };
}

interface Fault {
  readonly fetch: FetchNode;
  readonly operation: OperationDefinitionNode;
  readonly source: Source;
  readonly faulty: readonly FieldNode[];
  /** Path of the fetch. */
  readonly root: readonly string[];
}

/**
 * Puts the fetches that bring what a fetch cannot behind it.
 *
 * @returns What the fetch has to bring for them.
 */
function askBehind(
  mender: FetchMender,
  { fetch, operation, source, faulty, root }: Fault,
  behind: PlanNode[],
): readonly SelectionNode[] {
  const { types } = mender;
  const { subgraph, type, path } = source;
  const requirementOf = ({ name }: FieldNode) => types.field(subgraph, type, name.value)?.requires;
  const external = faulty.filter((field) => requirementOf(field) === undefined);
  const requiring = faulty.filter((field) => requirementOf(field) !== undefined);
  const required = requiring.flatMap((field) => requirementOf(field) ?? []);
  const keys = requiring.length === 0 ? [[]] : types.keysOf(subgraph, type);
  for (const key of external.some(({ alias }) => alias !== undefined) ? [] : keys) {
    const supply = obtainFields(types, source, [...key, ...external, ...required]);
    if (supply === undefined) continue;
    behind.push(...supply.fetches);
    if (requiring.length > 0) {
      const own = entityFetch({
        path,
        type,
        subgraph,
        typeThere: type,
        sent: [...required, ...key],
        wanted: requiring,
        operationName: fetch.operationName,
        variables: operation.variableDefinitions ?? [],
        outputRewrites: rewritesBelow(fetch, path.slice(root.length)),
      });
      behind.push(mendFetches(mender, own));
    }
    return [TYPENAME, ...supply.atSource];
  }
  const [first] = faulty;
  throw new Error(
    `${type}.${first?.name.value} (${subgraph}) cannot be asked for: no way was found to what it requires.`,
  );
}

/** Rewrites of what is at a place of a fetch, as they are for a fetch of the entities there. */
function rewritesBelow({ outputRewrites = [] }: FetchNode, path: readonly string[]) {
  const steps = path.filter((step) => step !== '@');
  return outputRewrites.flatMap((rewrite) => {
    let matched = 0;
    let next = 0;
    for (; next < rewrite.path.length && matched < steps.length; next += 1) {
      if (rewrite.path[next]?.startsWith('... on ') === true) continue;
      if (rewrite.path[next] !== steps[matched]) return [];
      matched += 1;
    }
    const left = rewrite.path.slice(next);
    return matched < steps.length || left.length === 0 ? [] : [{ ...rewrite, path: left }];
  });
}

/** A subgraph always knows the fields of a key, whatever it calls them. */
const isInKey = (types: SubgraphTypes, subgraph: string, type: string, { name }: FieldNode): boolean =>
  types
    .keysOf(subgraph, type)
    .some((key) => key.some((field) => field.kind === Kind.FIELD && field.name.value === name.value));

function namesIn(selections: readonly QueryPlanSelectionNode[]): ReadonlySet<string> {
  return new Set(
    selections.flatMap((each) => (each.kind === 'Field' ? [each.name] : [...namesIn(each.selections)])),
  );
}

const fieldNamesIn = ({ selections }: SelectionSetNode): readonly string[] =>
  selections.flatMap((each): readonly string[] => {
    if (each.kind === Kind.FRAGMENT_SPREAD) return [];
    if (each.kind === Kind.INLINE_FRAGMENT) return fieldNamesIn(each.selectionSet);
    const isSentAsItIs = each.alias === undefined && each.selectionSet === undefined;
    if (each.name.value === '_entities' && each.selectionSet !== undefined)
      return ['_entities', ...fieldNamesIn(each.selectionSet)];
    return [isSentAsItIs ? each.name.value : `${each.name.value}:`];
  });
