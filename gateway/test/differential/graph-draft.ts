/** A graph while it is made up, and the steps of which every part of it is made. */
import type { TypeNode } from 'graphql';
import { oneOf, rarely, type Choose } from './choose.ts';
import {
  ENUMS,
  isEntity,
  LEAVES,
  namedType,
  SCALAR,
  type Argument,
  type Field,
  type GraphDefinition,
  type Key,
  type ObjectType,
  type Placement,
  type SubgraphParts,
  type TypeInSubgraph,
} from './graph-definition.ts';
import { typeNode } from './print-graph.ts';

/** What a graph may have that Apollo's planner plans wrongly. */
export interface GraphOptions {
  /** A field that is required with arguments: the client may ask for it with others, so may a second @requires. */
  readonly requiresWithArguments: boolean;
  /** A field that is required and requires something itself, or is a key elsewhere. */
  readonly requiresInChains: boolean;
  /** A key that is not resolvable in a subgraph that has another one. */
  readonly keysOfWhichSomeResolve: boolean;
  readonly interfaceObjects: boolean;
}

export interface Draft extends GraphDefinition {
  readonly objects: Map<string, ObjectType>;
  readonly abstractTypes: Map<string, readonly string[]>;
  readonly choose: Choose;
  readonly options: GraphOptions;
  /** The subgraph that knows the kinds of the identity interface only as one object. */
  guest: SubgraphParts | undefined;
}

const FIELD_NAMES = [
  'name',
  'size',
  'owner',
  'items',
  'rank',
  'note',
  'kind',
  'data',
  'next',
  'parts',
] as const;
const WRAPS = ['T', 'T', 'T!', '[T]', '[T!]!', '[T!]', '[T]!', '[[T]]', '[[T!]!]!'] as const;
const ARGUMENT_TYPES = [
  'Int',
  'String',
  'Color',
  'Range',
  '[Int!]',
  'Boolean',
  'Level!',
  'Pick',
  'ID',
] as const;

export function typeOf(subgraph: SubgraphParts, name: string, kind: TypeInSubgraph['kind']): TypeInSubgraph {
  let type = subgraph.types.get(name);
  if (type === undefined) {
    type = { kind, name, keys: [], interfaces: new Set(), placements: new Map(), possibleTypes: [] };
    subgraph.types.set(name, type);
  }
  return type;
}

export function place(
  { placements }: TypeInSubgraph,
  field: Field,
  directives: string[] = [],
  rest: Partial<Placement> = {},
): void {
  if (!placements.has(field.name)) placements.set(field.name, { field, directives, ...rest });
}

/** The kinds are unknown to the guest, in whatever they are wrapped. */
export function canUse(draft: Draft, subgraph: SubgraphParts, name: string): boolean {
  if (subgraph.types.has(name)) return true;
  if (draft.abstractTypes.has(name)) return false;
  const object = draft.objects.get(name);
  if (object === undefined) return true;
  if (isEntity(object))
    return subgraph !== draft.guest || draft.identity?.implementers.includes(name) !== true;
  return object.fields.every(
    ({ type }) => namedType(type) === name || canUse(draft, subgraph, namedType(type)),
  );
}

/** Declares a type where it is referred to: a value type in full, an entity by a key. */
export function use(draft: Draft, subgraph: SubgraphParts, name: string): void {
  const object = draft.objects.get(name);
  if (object === undefined || subgraph.types.has(name)) return;
  if (isEntity(object)) {
    const leading = object.keys.filter((key) =>
      draft.subgraphs.some(({ types }) =>
        types.get(name)?.keys.some((known) => known.key === key && known.resolvable),
      ),
    );
    addKey(draft, subgraph, object, oneOf(draft.choose, leading), !rarely(draft.choose, 3));
    return;
  }
  const type = typeOf(subgraph, name, 'object');
  for (const field of object.fields) {
    place(type, field, ['@shareable']);
    use(draft, subgraph, namedType(field.type));
  }
}

export function addKey(
  draft: Draft,
  subgraph: SubgraphParts,
  { name }: ObjectType,
  key: Key,
  resolvable: boolean,
): void {
  const type = typeOf(subgraph, name, 'object');
  const known = type.keys.find((candidate) => candidate.key === key);
  if (known !== undefined) {
    known.resolvable ||= resolvable;
    return;
  }
  type.keys.push({ key, resolvable });
  for (const field of key.fields) {
    place(type, field);
    use(draft, subgraph, namedType(field.type));
  }
}

/** The subgraphs that are asked for more of an entity. */
export const subgraphsResolving = ({ subgraphs }: Draft, entity: string): SubgraphParts[] =>
  subgraphs.filter(({ types }) => types.get(entity)?.keys.some(({ resolvable }) => resolvable) === true);

export const freeName = (choose: Choose, taken: Iterable<string>): string | undefined => {
  const used = new Set(taken);
  const free = FIELD_NAMES.filter((name) => !used.has(name));
  return free.length === 0 ? undefined : oneOf(choose, free);
};

/** Every name that a type's fields have, in whichever subgraph. */
export const namesOf = ({ subgraphs, objects }: Draft, type: string): string[] => [
  ...subgraphs.flatMap(({ types }) => [...(types.get(type)?.placements.keys() ?? [])]),
  ...(objects.get(type)?.fields.map(({ name }) => name) ?? []),
];

export const wrapped = (choose: Choose, name: string): TypeNode =>
  typeNode(oneOf(choose, WRAPS).replace('T', name));

/** A field of a leaf type, or of one that the subgraph can use. */
export function newField(
  draft: Draft,
  {
    name,
    seed,
    subgraph,
    of,
  }: { name: string; seed: string; subgraph?: SubgraphParts; of?: readonly string[] },
): Field {
  const { choose } = draft;
  const candidates = of ?? [];
  const named = candidates.length > 0 && choose(5) > 1 ? oneOf(choose, candidates) : oneOf(choose, LEAVES);
  if (subgraph !== undefined) use(draft, subgraph, named);
  return {
    name,
    type: wrapped(choose, named),
    arguments: newArguments(choose),
    seed,
    fails: rarely(choose, 8),
    possibleTypes: draft.abstractTypes.has(named) ? subgraph?.types.get(named)?.possibleTypes : undefined,
  };
}

/** What a field of this subgraph may lead to. */
export const usableTypes = (draft: Draft, subgraph: SubgraphParts): string[] =>
  [...draft.objects.values()]
    .filter(({ name }) => !name.endsWith('Parts') && !name.endsWith('Ref') && canUse(draft, subgraph, name))
    .map(({ name }) => name)
    .concat([...draft.abstractTypes.keys()].filter((name) => subgraph.types.has(name)));

function newArguments(choose: Choose): Argument[] {
  return ['limit', 'by'].slice(0, Math.max(0, choose(4) - 1)).map((name) => {
    const type = oneOf(choose, ARGUMENT_TYPES);
    return { name, type, defaultValue: rarely(choose, 3) ? literal(choose, type) : undefined };
  });
}

/** A value of an input type, in SDL. */
export function literal(choose: Choose, type: string): string {
  if (type.endsWith('!')) return literal(choose, type.slice(0, -1));
  if (type.startsWith('[')) return `[${literal(choose, type.slice(1, -1))}]`;
  switch (type) {
    case 'Int':
      return String(choose(4));
    case 'Boolean':
      return oneOf(choose, ['true', 'false']);
    case 'Color':
    case 'Level':
      return oneOf(choose, ENUMS[type]);
    case 'Range':
      return oneOf(choose, ['{ to: 2 }', '{ from: 3, color: RED }', '{ inner: { to: 1 }, tags: ["t"] }']);
    case 'Pick':
      return oneOf(choose, ['{ level: HIGH }', '{ range: { to: 4 } }', '{ json: { a: [1, "b"] } }']);
    case SCALAR:
      return oneOf(choose, ['1', '"j"', '{ a: [1, null] }']);
    default:
      return oneOf(choose, ['"x"', '"y"', '"7"']);
  }
}
