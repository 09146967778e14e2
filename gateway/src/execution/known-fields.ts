import type { FetchNode } from '@apollo/query-planner';
import { Kind, parse, type FieldNode, type SelectionSetNode } from 'graphql';
import { collectObjects } from './collect-at-path.ts';
import type { FetchPath } from './executable-plan.ts';
import type { PlacedFetch } from './fetches-of.ts';
import { onlyOperation } from './only-operation.ts';
import { getOwn, setOwn, type JsonObject } from './own.ts';
import type { EntityGroup, GroupedEntities } from './represent.ts';
import type { TypeConditions } from './type-conditions.ts';

/**
 * Where fields that a fetch of entities asks for may be in the response by then: the same subgraph was asked for them at
 * another place. A plan looks at types only and asks again for what it reaches by another way; in the answers to it the
 * same few users and products come back over and over.
 */
export interface KnownFields {
  /** What is asked for, by the type of the entity. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  readonly places: readonly KnownPlace[];
}

interface KnownPlace {
  readonly path: FetchPath;
  readonly types: ReadonlySet<string>;
}

/** Each of many fetches would look at all the others, and keep where. */
const MAX_SOURCES = 32;

const ENTITIES = '_entities';

/**
 * @param fetches Those of a plan, in whatever order they are over: what is not there yet is asked for. None where a field
 *   may have other values elsewhere, or later.
 * @returns Tells what of a fetch others of them bring too; undefined: not all of any type.
 */
export function createKnownFieldsFinder(
  fetches: readonly PlacedFetch[],
  matches: TypeConditions,
): (fetch: FetchNode) => KnownFields | undefined {
  const sources = fetches.filter(({ node }) => isPlain(node));
  const selections = new Map<FetchNode, SelectionSetNode>();
  const selectionsOf = (node: FetchNode): SelectionSetNode => {
    let found = selections.get(node);
    if (found === undefined) {
      found = onlyOperation(parse(node.operation, { noLocation: true })).selectionSet;
      selections.set(node, found);
    }
    return found;
  };
  return (fetch) => {
    if (fetch.requires === undefined || !isPlain(fetch)) return undefined;
    const others = sources
      .filter(({ node }) => node !== fetch && node.serviceName === fetch.serviceName)
      .slice(0, MAX_SOURCES);
    if (others.length === 0) return undefined;
    const names = leavesByType(selectionsOf(fetch), matches);
    if (names.size === 0) return undefined;
    const places = others.flatMap((source) => placesIn(source, selectionsOf(source.node), names, matches));
    return places.length === 0 ? undefined : { names, places };
  };
}

/** Whether all it sends and brings has the names of the response, and depends on the entity alone. */
const isPlain = ({ inputRewrites = [], outputRewrites = [], contextRewrites = [] }: FetchNode): boolean =>
  inputRewrites.length + outputRewrites.length + contextRewrites.length === 0;

/** Types of which nothing but leaves is asked: what is below another field may differ from place to place. */
function leavesByType(
  { selections: [entities] }: SelectionSetNode,
  matches: TypeConditions,
): ReadonlyMap<string, readonly string[]> {
  const byType = new Map<string, readonly string[]>();
  const fragments = entities?.kind === Kind.FIELD ? (entities.selectionSet?.selections ?? []) : [];
  const conditions = fragments.map((each) =>
    each.kind === Kind.INLINE_FRAGMENT ? each.typeCondition?.name.value : undefined,
  );
  for (const [index, fragment] of fragments.entries()) {
    const type = conditions[index];
    if (fragment.kind !== Kind.INLINE_FRAGMENT || type === undefined) continue;
    const applying = conditions.filter((condition) => condition === undefined || matches(condition, type));
    const fields = fragment.selectionSet.selections.filter(isLeaf);
    if (applying.length === 1 && fields.length === fragment.selectionSet.selections.length)
      byType.set(
        type,
        fields.map(responseName).filter((name) => name !== '__typename'),
      );
  }
  return byType;
}

function placesIn(
  { node, path }: PlacedFetch,
  root: SelectionSetNode,
  wanted: KnownFields['names'],
  matches: TypeConditions,
): readonly KnownPlace[] {
  const places: KnownPlace[] = [];
  const look = (selectionSet: SelectionSetNode, at: FetchPath, isEntity: boolean): void => {
    const types = [...wanted].filter(([type, names]) => {
      const there = new Set(leavesOf(selectionSet, type, matches));
      return (isEntity || there.has('__typename')) && names.every((name) => there.has(name));
    });
    if (types.length > 0) places.push({ path: at, types: new Set(types.map(([type]) => type)) });
    for (const field of fieldsOf(selectionSet, () => true)) {
      if (field.selectionSet === undefined) continue;
      const isRoot = node.requires !== undefined && field.name.value === ENTITIES;
      look(field.selectionSet, isRoot ? at : [...at, responseName(field)], isRoot);
    }
  };
  look(root, path, false);
  return places;
}

const leavesOf = (selectionSet: SelectionSetNode, type: string, matches: TypeConditions): readonly string[] =>
  fieldsOf(selectionSet, (condition) => matches(condition, type))
    .filter(isLeaf)
    .map(responseName);

const fieldsOf = (
  { selections }: SelectionSetNode,
  applies: (condition: string) => boolean,
): readonly FieldNode[] =>
  selections.flatMap((each) => {
    if (each.kind === Kind.FIELD) return [each];
    if (each.kind === Kind.FRAGMENT_SPREAD) return [];
    const condition = each.typeCondition?.name.value;
    return condition === undefined || applies(condition) ? fieldsOf(each.selectionSet, applies) : [];
  });

const isLeaf = (node: { readonly kind: Kind }): node is FieldNode =>
  node.kind === Kind.FIELD && (node as FieldNode).selectionSet === undefined;

const responseName = ({ alias, name }: FieldNode): string => (alias ?? name).value;

/** What a fetch would ask for of entities and is in the response already. A null is not known: it may stand for an error. */
export function readKnownFields(
  { names, places }: KnownFields,
  entities: GroupedEntities,
  data: JsonObject,
  sharesObjects: boolean,
): ReadonlyMap<EntityGroup, JsonObject> {
  const known = new Map<EntityGroup, JsonObject>();
  for (const { path, types } of places) {
    for (const object of collectObjects(data, path, sharesObjects)) {
      const typename = object['__typename'];
      if (typeof typename !== 'string' || !types.has(typename)) continue;
      const entity = entities.find(object);
      if (entity === undefined || known.has(entity)) continue;
      const fields = valuesOf(object, names.get(typename) ?? []);
      if (fields !== undefined) known.set(entity, fields);
    }
    if (known.size === entities.groups.length) break;
  }
  return known;
}

/** All of them. */
function valuesOf(object: JsonObject, names: readonly string[]): JsonObject | undefined {
  const fields: JsonObject = {};
  for (const name of names) {
    const value = getOwn(object, name);
    if (value === undefined || value === null) return undefined;
    setOwn(fields, name, value);
  }
  return fields;
}
