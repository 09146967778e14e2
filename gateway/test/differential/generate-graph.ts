/**
 * A random federated graph that composes: entities whose keys lead from every subgraph to every other, value types that
 * are the same everywhere, interfaces and unions of which each subgraph knows a part. `generate-federation.ts` adds
 * what moves fields about between subgraphs.
 */
import { chooseFrom, oneOf, rarely, someOf } from './choose.ts';
import { addFederationDirectives } from './generate-federation.ts';
import {
  addKey,
  canUse,
  freeName,
  namesOf,
  newField,
  place,
  typeOf,
  usableTypes,
  use,
  type Draft,
  type GraphOptions,
} from './graph-draft.ts';
import {
  isEntity,
  isLeaf,
  namedType,
  type Field,
  type GraphDefinition,
  type Key,
  type ObjectType,
  type SubgraphParts,
} from './graph-definition.ts';
import { nullable, typeNode } from './print-graph.ts';

export function generateGraph(tape: readonly number[], options: GraphOptions): GraphDefinition {
  const choose = chooseFrom(tape);
  const draft: Draft = {
    subgraphs: numbered('s', 2 + choose(4)).map((name) => ({ name, types: new Map() })),
    objects: new Map(),
    abstractTypes: new Map(),
    identity: undefined,
    guest: undefined,
    choose,
    options,
  };
  const entityNames = numbered('E', 2 + choose(3));
  if (options.interfaceObjects && rarely(choose, 3)) {
    draft.identity = { name: 'Node', implementers: entityNames.slice(0, 2) };
    draft.guest = draft.subgraphs.at(-1);
  }
  for (const name of entityNames) draft.objects.set(name, newEntity(draft, name));
  for (const name of numbered('V', choose(3))) draft.objects.set(name, newValueType(draft, name));
  const interfaces = planInterfaces(draft);
  for (const name of entityNames) spreadEntity(draft, name);
  for (const { name, fields } of interfaces) spreadInterface(draft, name, fields);
  spreadUnions(draft);
  if (draft.identity !== undefined) addInterfaceObject(draft);
  addRootFields(draft);
  for (const name of entityNames) addEntityFields(draft, name);
  addFederationDirectives(draft);
  return draft;
}

const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

function keyField(name: string, type: string, seed: string, keyValue: (number: number) => unknown): Field {
  return { name, type: typeNode(type), arguments: [], seed, keyValue, fails: false };
}

function newEntity(draft: Draft, name: string): ObjectType {
  const { choose, identity } = draft;
  const shared = identity?.implementers.includes(name) === true;
  const field = (fieldName: string, type: string, keyValue: (number: number) => unknown) =>
    keyField(fieldName, type, `${name}.${fieldName}`, keyValue);
  const nested = (): Key => {
    const ref = `${name}Ref`;
    draft.objects.set(ref, {
      name: ref,
      keys: [],
      fields: [
        keyField('uid', 'ID!', `${ref}.uid`, (number) => `u${number}`),
        keyField('no', 'Int!', `${ref}.no`, (number) => number + 100),
        newField(draft, { name: 'note', seed: `${ref}.note` }),
      ],
    });
    const self = field('ref', `${ref}!`, (number) => ({ __typename: ref, number }));
    return { selection: rarely(choose, 2) ? 'ref { no uid }' : 'ref { uid }', fields: [self] };
  };
  const ways: readonly (() => Key)[] = [
    () => ({
      selection: 'id',
      fields: [field('id', 'ID!', (number) => `${shared ? 'node' : name.toLowerCase()}-${number}`)],
    }),
    () => ({ selection: 'code', fields: [field('code', 'Int!', (number) => number * 10)] }),
    () => ({
      selection: 'tag group',
      fields: [
        field('tag', 'String!', (number) => `t${number % 3}`),
        field('group', 'Int!', (number) => Math.floor(number / 3)),
      ],
    }),
    nested,
    () => ({ selection: 'marks', fields: [field('marks', '[String!]!', (number) => [`m${number}`, 'x'])] }),
  ];
  const first = shared ? 0 : choose(ways.length);
  const others = ways.map((_, index) => index).filter((index) => index !== first && rarely(choose, 4));
  return { name, keys: [first, ...others].map((index) => (ways[index] as () => Key)()), fields: [] };
}

function newValueType(draft: Draft, name: string): ObjectType {
  const known = [...draft.objects.keys()].filter((other) => !other.endsWith('Ref'));
  const fields: Field[] = [];
  for (let i = 0; i <= draft.choose(3); i += 1) {
    const fieldName = freeName(
      draft.choose,
      fields.map((field) => field.name),
    );
    if (fieldName !== undefined)
      fields.push(newField(draft, { name: fieldName, seed: `${name}.${fieldName}`, of: known }));
  }
  return { name, keys: [], fields };
}

interface PlannedInterface {
  readonly name: string;
  readonly fields: readonly Field[];
}

/** Which types implement which interfaces with which fields; value types get the fields here, entities in a subgraph. */
function planInterfaces(draft: Draft): PlannedInterface[] {
  const { choose, objects, identity } = draft;
  const planned: PlannedInterface[] = [];
  const plan = (name: string, implementers: readonly string[], titles: readonly string[]): void => {
    draft.abstractTypes.set(name, implementers);
    const fields = titles.map((title) => newField(draft, { name: title, seed: `${name}.${title}` }));
    for (const implementer of implementers) {
      const object = objects.get(implementer);
      if (object !== undefined && !isEntity(object))
        object.fields.push(...fields.map((field) => owned(field, implementer)));
    }
    planned.push({ name, fields });
  };
  if (identity !== undefined) plan('Node', identity.implementers, choose(2) === 0 ? [] : ['title']);
  const candidates = [...objects.values()]
    .filter(({ name }) => !name.endsWith('Ref'))
    .map(({ name }) => name);
  if (candidates.length >= 2 && choose(2) === 1) {
    const start = choose(candidates.length - 1);
    plan(
      'I0',
      candidates.slice(start, start + 2 + choose(2)),
      choose(2) === 0 ? ['label'] : ['label', 'weight'],
    );
  }
  return planned;
}

const owned = (field: Field, type: string): Field => ({ ...field, seed: `${type}.${field.name}` });

/**
 * Every subgraph of an entity can be reached from every other: one knows all keys, or each shares one with the next.
 */
function spreadEntity(draft: Draft, name: string): void {
  const { choose, identity, guest } = draft;
  const entity = draft.objects.get(name) as ObjectType;
  const isKind = identity?.implementers.includes(name) === true;
  const allowed = draft.subgraphs.filter((subgraph) => !isKind || subgraph !== guest);
  const members = [...someOf(choose, allowed)];
  const hub = isKind ? allowed[0] : oneOf(choose, allowed);
  if (hub === undefined) return;
  const others = members.filter((member) => member !== hub);
  const inChain = !isKind && choose(4) === 3;
  if (!inChain) for (const key of entity.keys) addKey(draft, hub, entity, key, true);
  const chain = [hub, ...others];
  for (const [index, member] of others.entries()) {
    for (const extra of entity.keys)
      if (rarely(choose, 4))
        addKey(draft, member, entity, extra, !draft.options.keysOfWhichSomeResolve || choose(2) === 0);
    const key = oneOf(choose, entity.keys);
    addKey(draft, member, entity, key, true);
    if (inChain) addKey(draft, chain[index] as SubgraphParts, entity, key, true);
  }
  if (hub.types.get(name) === undefined) for (const key of entity.keys) addKey(draft, hub, entity, key, true);
}

function spreadInterface(draft: Draft, name: string, fields: readonly Field[]): void {
  const { choose, objects, identity } = draft;
  const implementers = draft.abstractTypes.get(name) ?? [];
  const together = choose(2) === 0;
  for (const field of fields) {
    for (const implementer of implementers) {
      if (!isEntity(objects.get(implementer))) continue;
      const homes = draft.subgraphs.filter(({ types }) =>
        types.get(implementer)?.keys.some(({ resolvable }) => resolvable),
      );
      const home = together ? homes[0] : oneOf(choose, homes);
      const type = home?.types.get(implementer);
      if (type !== undefined) place(type, owned(field, implementer));
    }
  }
  for (const subgraph of draft.subgraphs) {
    if (subgraph === draft.guest && name === identity?.name) continue;
    const isHost = name === identity?.name && subgraph === draft.subgraphs[0];
    if (!isHost && choose(3) === 0 && subgraph !== draft.subgraphs[0]) continue;
    for (const implementer of implementers)
      if (!isEntity(objects.get(implementer)) && canUse(draft, subgraph, implementer))
        use(draft, subgraph, implementer);
    declareInterface(draft, subgraph, name, isHost);
  }
}

/** With the fields that all kinds have here; the kinds without a field that another one has are left out. */
function declareInterface(draft: Draft, subgraph: SubgraphParts, name: string, isHost: boolean): void {
  const implementers = draft.abstractTypes.get(name) ?? [];
  const local = implementers.filter((implementer) => subgraph.types.has(implementer));
  const fieldsOf = (type: string): string[] => [...(subgraph.types.get(type)?.placements.keys() ?? [])];
  const wanted = ['label', 'weight', 'title', 'id'].find((field) =>
    isHost
      ? field === 'id'
      : local.some((type) => fieldsOf(type).includes(field)) && implementsWith(draft, name, field),
  );
  if (wanted === undefined) return;
  const kinds = local.filter((type) => fieldsOf(type).includes(wanted));
  const [first] = kinds;
  if (first === undefined) return;
  const declared = fieldsOf(first).filter(
    (field) => implementsWith(draft, name, field) && kinds.every((type) => fieldsOf(type).includes(field)),
  );
  const type = typeOf(subgraph, name, 'interface');
  for (const field of declared) {
    const placed = subgraph.types.get(first)?.placements.get(field);
    if (placed !== undefined) place(type, placed.field);
  }
  for (const kind of kinds) {
    type.possibleTypes.push(kind);
    subgraph.types.get(kind)?.interfaces.add(name);
  }
  const idKey = draft.objects.get(first)?.keys[0];
  if (isHost && idKey !== undefined) type.keys.push({ key: idKey, resolvable: true });
}

/** Whether every implementer, in whichever subgraph, has the field of an interface. */
function implementsWith(draft: Draft, name: string, field: string): boolean {
  const titles = name === 'Node' ? ['title', 'id'] : ['label', 'weight', 'id'];
  return (
    titles.includes(field) &&
    (draft.abstractTypes.get(name) ?? []).every((type) => namesOf(draft, type).includes(field))
  );
}

function spreadUnions(draft: Draft): void {
  const { choose, objects } = draft;
  const candidates = [...objects.keys()].filter((name) => !name.endsWith('Ref'));
  if (choose(2) === 0 || candidates.length < 2) return;
  const start = choose(candidates.length - 1);
  const members = candidates.slice(start, start + 2 + choose(2));
  draft.abstractTypes.set('U0', members);
  for (const subgraph of draft.subgraphs) {
    if (choose(3) === 0) continue;
    const local = members.filter((member) => canUse(draft, subgraph, member) && !rarely(choose, 4));
    if (local.length === 0) continue;
    for (const member of local) use(draft, subgraph, member);
    typeOf(subgraph, 'U0', 'union').possibleTypes.push(...local);
  }
  if (draft.subgraphs.every(({ types }) => !types.has('U0'))) draft.abstractTypes.delete('U0');
}

/** The guest knows the interface as one object, and adds to all kinds. */
function addInterfaceObject(draft: Draft): void {
  const { choose, identity, guest } = draft;
  const [first = ''] = identity?.implementers ?? [];
  const key = draft.objects.get(first)?.keys[0];
  if (guest === undefined || identity === undefined || key === undefined) return;
  const type = typeOf(guest, identity.name, 'object');
  type.interfaceObject = true;
  const refersOnly = rarely(choose, 5);
  type.keys.push({ key, resolvable: !refersOnly });
  type.possibleTypes.push(...identity.implementers);
  for (const field of key.fields) place(type, field);
  if (refersOnly) return;
  for (const name of ['extra', 'stars'].slice(0, 1 + choose(2)))
    place(
      type,
      newField(draft, { name, seed: `Node.${name}`, subgraph: guest, of: usableTypes(draft, guest) }),
    );
}

function addRootFields(draft: Draft): void {
  const { choose, subgraphs } = draft;
  for (const [index, subgraph] of subgraphs.entries()) {
    const count = (index === 0 ? 1 : 0) + choose(4);
    for (let i = 0; i < count; i += 1) {
      const types = usableTypes(draft, subgraph);
      const name = `q${index}${'abcd'.charAt(i)}`;
      const field = newField(draft, { name, seed: `Query.${name}`, subgraph, of: types });
      share(draft, 'Query', field, subgraph, subgraphs, 6);
    }
    if (rarely(choose, 4)) {
      const name = `m${index}`;
      const field = newField(draft, {
        name,
        seed: `Mutation.${name}`,
        subgraph,
        of: usableTypes(draft, subgraph),
      });
      place(typeOf(subgraph, 'Mutation', 'root'), field);
    }
  }
}

/**
 * Places a field in one subgraph, and in one case of some in a second one. It may be nullable there, unless it can be
 * null because of an error: where it is not nullable, the null would take more along than the client's schema says.
 */
function share(
  draft: Draft,
  type: string,
  field: Field,
  home: SubgraphParts,
  candidates: readonly SubgraphParts[],
  oneIn: number,
): void {
  const { choose } = draft;
  const kind = type === 'Query' ? 'root' : 'object';
  const others = candidates.filter(
    (other) =>
      other !== home && field.possibleTypes === undefined && canUse(draft, other, namedType(field.type)),
  );
  if (others.length === 0 || !rarely(choose, oneIn)) {
    place(typeOf(home, type, kind), field);
    return;
  }
  const second = oneOf(choose, others);
  use(draft, second, namedType(field.type));
  place(typeOf(home, type, kind), field, ['@shareable']);
  place(
    typeOf(second, type, kind),
    field,
    ['@shareable'],
    isLeaf(namedType(field.type)) && !field.fails && rarely(choose, 3) ? { type: nullable(field.type) } : {},
  );
}

function addEntityFields(draft: Draft, name: string): void {
  const { choose, subgraphs } = draft;
  const homes = subgraphs.filter(({ types }) => types.get(name)?.keys.some(({ resolvable }) => resolvable));
  const count = 1 + choose(5);
  for (let i = 0; i < count; i += 1) {
    const fieldName = freeName(choose, namesOf(draft, name));
    const home = oneOf(choose, homes);
    if (fieldName === undefined) return;
    const of = usableTypes(draft, home);
    const field = newField(draft, { name: fieldName, seed: `${name}.${fieldName}`, subgraph: home, of });
    share(draft, name, field, home, homes, 5);
  }
  if (homes.length >= 2 && rarely(choose, 5)) addSplitValue(draft, name, homes);
}

/** One object of which two subgraphs know different parts. */
function addSplitValue(draft: Draft, name: string, homes: readonly SubgraphParts[]): void {
  const { choose } = draft;
  const parts = `${name}Parts`;
  if (namesOf(draft, name).includes('parts')) return;
  const field = (fieldName: string): Field =>
    newField(draft, { name: fieldName, seed: `${parts}.${fieldName}` });
  const [both, left, right] = [field('both'), field('left'), field('right')];
  draft.objects.set(parts, { name: parts, keys: [], fields: [both, left, right] });
  const self: Field = {
    name: 'parts',
    type: typeNode(oneOf(choose, [parts, `${parts}!`, `[${parts}]`, `[${parts}!]!`])),
    arguments: [],
    seed: `${name}.parts`,
    fails: false,
  };
  for (const [index, home] of homes.slice(0, 2).entries()) {
    place(typeOf(home, name, 'object'), self, ['@shareable']);
    const type = typeOf(home, parts, 'object');
    place(type, both, ['@shareable']);
    place(type, index === 0 ? left : right);
  }
}
