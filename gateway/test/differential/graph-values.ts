/** Every value of a random graph, made from type, number, field and arguments: whoever is asked answers the same. */
import { Kind, type TypeNode } from 'graphql';
import { ENUMS, type Field, type GraphDefinition, type SubgraphParts } from './graph-definition.ts';

/** An object of the graph: there are few of each type, so that they repeat. */
export interface Instance {
  readonly __typename: string;
  readonly number: number;
  /** What the gateway sent of it, in the subgraph that was asked for it as an entity. */
  readonly representation?: Readonly<Record<string, unknown>>;
  /** The external fields that the subgraph knows of it here, because it was reached by a field with @provides. */
  readonly provided?: readonly string[];
}

const INSTANCES = 4;

/** The numbers that objects of a type have; the kinds of the identity interface share one row. */
export function numbersOf({ identity }: GraphDefinition, type: string): readonly number[] {
  const kinds = identity?.implementers ?? [];
  const row = Array.from({ length: INSTANCES * Math.max(kinds.length, 1) }, (_, number) => number);
  if (type === identity?.name) return row;
  const kind = kinds.indexOf(type);
  return kind === -1 ? row.slice(0, INSTANCES) : row.filter((number) => number % kinds.length === kind);
}

/** The concrete type of an object of the identity interface. */
export const kindOf = ({ identity }: GraphDefinition, number: number): string =>
  identity?.implementers[number % identity.implementers.length] ?? '';

export function valueOf(
  graph: GraphDefinition,
  field: Field,
  number: number,
  args: Readonly<Record<string, unknown>>,
): unknown {
  if (field.keyValue !== undefined) return field.keyValue(number);
  const random = randomFrom(`${field.seed}|${number}|${stable(args)}`);
  if (field.fails && random(3) === 0) throw new Error(`${field.seed} of ${number} failed`);
  return makeValue(graph, field, field.type, random, true);
}

type Random = (count: number) => number;

function makeValue(
  graph: GraphDefinition,
  field: Field,
  type: TypeNode,
  random: Random,
  mayBeNull: boolean,
): unknown {
  if (type.kind === Kind.NON_NULL_TYPE) return makeValue(graph, field, type.type, random, false);
  if (mayBeNull && random(7) === 0) return null;
  if (type.kind === Kind.LIST_TYPE)
    return Array.from({ length: random(4) }, () => makeValue(graph, field, type.type, random, true));
  const leaf = makeLeaf(type.name.value, random);
  if (leaf !== undefined) return leaf;
  const candidates = field.possibleTypes ?? [type.name.value];
  const __typename = candidates[random(candidates.length)] ?? '';
  const numbers = numbersOf(graph, __typename);
  return { __typename, number: numbers[random(numbers.length)] ?? 0 } satisfies Instance;
}

const JSON_VALUES: readonly unknown[] = [1, 'text', { a: [1, null], id: { b: true } }, [[], {}], false];

function makeLeaf(name: string, random: Random): unknown {
  switch (name) {
    case 'String':
      return `text ${random(1000)}`;
    case 'ID':
      return `${random(1000)}`;
    case 'Int':
      return random(1000) - 500;
    case 'Float':
      return random(100) / 4;
    case 'Boolean':
      return random(2) === 0;
    case 'Color':
    case 'Level':
      return ENUMS[name][random(ENUMS[name].length)];
    case 'Json':
      return JSON_VALUES[random(JSON_VALUES.length)];
    default:
      return undefined;
  }
}

/** FNV-1a for the seed, then mulberry32. */
function randomFrom(text: string): Random {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  return (count) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  };
}

/** JSON with sorted keys. */
export const stable = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

/**
 * The object a representation names.
 *
 * @throws Error for one that this subgraph cannot find it by: a gateway must not ask so.
 */
export function findInstance(
  graph: GraphDefinition,
  subgraph: SubgraphParts,
  type: string,
  representation: Readonly<Record<string, unknown>>,
): Instance {
  const declared = subgraph.types.get(type);
  const key = declared?.keys.find(
    (candidate) => candidate.resolvable && candidate.key.fields.every(({ name }) => name in representation),
  )?.key;
  if (key === undefined)
    throw new Error(`${subgraph.name} cannot find a ${type} by ${stable(representation)}`);
  const number = numbersOf(graph, type).find((candidate) =>
    key.fields.every((field) => isValueOf(graph, field, candidate, representation[field.name])),
  );
  if (number === undefined) throw new Error(`there is no ${type} ${stable(representation)}`);
  const isInterface = declared?.kind === 'interface';
  return { __typename: isInterface ? kindOf(graph, number) : type, number, representation };
}

/** Of an object in a key: all of its fields that were sent are right, and some were. */
function isValueOf(graph: GraphDefinition, field: Field, number: number, sent: unknown): boolean {
  const value = field.keyValue?.(number);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return stable(value) === stable(sent);
  const { __typename } = value as Instance;
  const parts = graph.objects.get(__typename)?.fields ?? [];
  if (typeof sent !== 'object' || sent === null) return false;
  const known = parts.filter(({ name, keyValue: own }) => own !== undefined && name in sent);
  return (
    known.length > 0 &&
    known.every((part) => isValueOf(graph, part, number, (sent as Record<string, unknown>)[part.name]))
  );
}
