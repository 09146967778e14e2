/** What moves fields about between the subgraphs of a random graph: @override, @provides, @requires, @inaccessible. */
import { oneOf, rarely } from './choose.ts';
import { literal, namesOf, place, subgraphsResolving, use, canUse, type Draft } from './graph-draft.ts';
import {
  isEntity,
  isLeaf,
  namedType,
  resolversOf,
  type Field,
  type Placement,
  type SubgraphParts,
  type TypeInSubgraph,
} from './graph-definition.ts';
import { nullable, typeNode } from './print-graph.ts';

export function addFederationDirectives(draft: Draft): void {
  const entities = [...draft.objects.values()].filter(isEntity).map(({ name }) => name);
  for (const entity of entities) addOverride(draft, entity);
  for (const subgraph of draft.subgraphs)
    for (const type of subgraph.types.values()) addProvides(draft, subgraph, type);
  for (const entity of entities) addRequires(draft, entity);
  if (draft.identity !== undefined) addRequiresToInterfaceObject(draft, draft.identity.name);
  for (const entity of entities) hideKey(draft, entity);
}

const LABELS = ['', '', ', label: "percent(100)"', ', label: "percent(0)"', ', label: "beta"'];

function addOverride(draft: Draft, entity: string): void {
  const { choose } = draft;
  const homes = subgraphsResolving(draft, entity);
  for (const from of homes) {
    for (const [name, placement] of from.types.get(entity)?.placements ?? []) {
      const { field, directives } = placement;
      const takers = homes.filter(
        (to) =>
          to.types.get(entity)?.placements.has(name) === false && canUse(draft, to, namedType(field.type)),
      );
      const movable =
        field.keyValue === undefined && field.possibleTypes === undefined && directives.length === 0;
      if (!movable || takers.length === 0 || !rarely(choose, 8)) continue;
      const to = oneOf(choose, takers);
      const label = oneOf(choose, LABELS);
      use(draft, to, namedType(field.type));
      place(to.types.get(entity) as TypeInSubgraph, field, [`@override(from: "${from.name}"${label})`]);
      if (label === '') placement.dead = true;
      return;
    }
  }
}

/** The resolving placements of a field, or none if there is one that could not be made @shareable or @external. */
function plainPlacements(draft: Draft, type: string, field: string): Placement[] {
  const placements = draft.subgraphs.flatMap(({ types }) => types.get(type)?.placements.get(field) ?? []);
  const isPlain = placements.every(
    ({ directives, dead, type: loosened }) =>
      dead !== true && loosened === undefined && !directives.some((text) => /override|requires/.test(text)),
  );
  return isPlain ? placements : [];
}

function addProvides(draft: Draft, subgraph: SubgraphParts, type: TypeInSubgraph): void {
  const { choose, objects } = draft;
  if (type.kind === 'interface' || type.kind === 'union') return;
  for (const placement of type.placements.values()) {
    const { field, directives, external, dead } = placement;
    const isMoved = draft.subgraphs.some(({ types }) =>
      types
        .get(type.name)
        ?.placements.get(field.name)
        ?.directives.some((text) => text.startsWith('@override')),
    );
    const isFree = external !== true && dead !== true && !isMoved && field.requires === undefined;
    const target = namedType(field.type);
    const kinds = field.possibleTypes ?? [target];
    const isObject = subgraph.types.get(target)?.interfaceObject === true;
    if (!isFree || isObject || !kinds.some((kind) => isEntity(objects.get(kind))) || !rarely(choose, 4))
      continue;
    const selections = kinds.flatMap((kind) => {
      const provided = provide(draft, subgraph, kind);
      if (provided === undefined) return [];
      return [field.possibleTypes === undefined ? provided : `... on ${kind} { ${provided} }`];
    });
    if (selections.length > 0) directives.push(`@provides(fields: "${selections.join(' ')}")`);
  }
}

/** The name of a field that the subgraph will know of this entity where it says so. */
function provide(draft: Draft, subgraph: SubgraphParts, entity: string): string | undefined {
  if (!isEntity(draft.objects.get(entity))) return undefined;
  const here = subgraph.types.get(entity);
  if (here === undefined) return undefined;
  const candidates = namesOf(draft, entity).filter((name) => {
    const placements = plainPlacements(draft, entity, name);
    const [first] = placements;
    const known = here.placements.get(name);
    return (
      first !== undefined &&
      (known === undefined || known.external === true) &&
      first.field.keyValue === undefined &&
      isLeaf(namedType(first.field.type)) &&
      first.field.arguments.length === 0
    );
  });
  if (candidates.length === 0) return undefined;
  const name = oneOf(draft.choose, candidates);
  const placements = plainPlacements(draft, entity, name);
  for (const { directives, external } of placements)
    if (external !== true && !directives.includes('@shareable')) directives.push('@shareable');
  const [first] = placements;
  if (first !== undefined) place(here, first.field, [], { external: true });
  return name;
}

/** A null that is one field's error would reach what another field requires: see `isSolid`. */
function canBeRequired(
  draft: Draft,
  subgraph: SubgraphParts,
  { fails, type, possibleTypes, requires, keyValue }: Field,
): boolean {
  const name = namedType(type);
  return (
    !fails &&
    ((requires === undefined && keyValue === undefined) || draft.options.requiresInChains) &&
    possibleTypes === undefined &&
    !name.endsWith('Parts') &&
    (isLeaf(name) || (canUse(draft, subgraph, name) && isSolid(draft, name, new Set())))
  );
}

/**
 * Whether no error in an object of this type takes the object along. What a subgraph answers for the client's fields
 * and for those another field requires is one answer: an object that is null in it is lost to both.
 */
function isSolid(draft: Draft, name: string, seen: Set<string>): boolean {
  if (seen.has(name)) return true;
  seen.add(name);
  const placements = draft.subgraphs.flatMap(({ types }) => [
    ...(types.get(name)?.placements.values() ?? []),
  ]);
  const fields = [...placements.map(({ field }) => field), ...(draft.objects.get(name)?.fields ?? [])];
  return fields.every(({ type, fails, possibleTypes }) => {
    if (nullable(type) === type) return true;
    const targets = possibleTypes ?? [namedType(type)];
    return !fails && targets.every((target) => isLeaf(target) || isSolid(draft, target, seen));
  });
}

function addRequires(draft: Draft, entity: string): void {
  const { choose } = draft;
  const homes = subgraphsResolving(draft, entity);
  for (const home of homes) {
    for (let i = 0; i < 2; i += 1) {
      const here = home.types.get(entity) as TypeInSubgraph;
      const candidates = [...new Set(namesOf(draft, entity))].flatMap((name) => {
        const known = here.placements.get(name);
        if (known !== undefined && known.external !== true) return [];
        const resolver = resolversOf(draft, entity, name)[0]?.types.get(entity)?.placements.get(name);
        const field = resolver?.field;
        const isLoose = draft.subgraphs.some(({ types }) => {
          const placement = types.get(entity)?.placements.get(name);
          // Composition does not follow a field that two subgraphs resolve in turns.
          return (
            placement?.type !== undefined || placement?.directives.some((text) => text.includes('label:'))
          );
        });
        return field !== undefined && !isLoose && canBeRequired(draft, home, field) ? [field] : [];
      });
      if (candidates.length === 0 || !rarely(choose, 3)) continue;
      const first = oneOf(choose, candidates);
      const second = oneOf(choose, candidates);
      const required = second === first || choose(2) === 0 ? [first] : [first, second];
      const selection = required.map((field) => requireField(draft, home, here, field, 0)).join(' ');
      const name = `needs${homes.indexOf(home)}${'ab'.charAt(i)}`;
      place(here, requiringField(entity, name, selection), [
        `@requires(fields: ${JSON.stringify(selection)})`,
      ]);
    }
  }
}

const requiringField = (type: string, name: string, requires: string): Field => ({
  name,
  type: typeNode('String'),
  arguments: [],
  seed: `${type}.${name}`,
  fails: false,
  requires,
});

/** The selection of a required field; it and what it leads to become known to the subgraph, as external. */
function requireField(
  draft: Draft,
  subgraph: SubgraphParts,
  here: TypeInSubgraph,
  field: Field,
  depth: number,
): string {
  const { choose, objects } = draft;
  place(here, field, [], { external: true });
  const target = namedType(field.type);
  const given = field.arguments
    .filter(
      ({ type, defaultValue }) =>
        (type.endsWith('!') && defaultValue === undefined) ||
        (draft.options.requiresWithArguments && choose(2) === 1),
    )
    .map(
      ({ name, type }) =>
        `${name}: ${draft.options.requiresWithArguments ? literal(choose, type) : literal(() => 0, type)}`,
    );
  const head = `${field.name}${given.length === 0 ? '' : `(${given.join(', ')})`}`;
  if (isLeaf(target)) return head;
  use(draft, subgraph, target);
  const type = subgraph.types.get(target) as TypeInSubgraph;
  return `${head} { ${requireWithin(draft, subgraph, type, isEntity(objects.get(target)), depth)} }`;
}

function requireWithin(
  draft: Draft,
  subgraph: SubgraphParts,
  type: TypeInSubgraph,
  entity: boolean,
  depth: number,
): string {
  const { choose } = draft;
  const present = [...type.placements.values()].filter(
    ({ field, dead, directives }) =>
      dead !== true &&
      isLeaf(namedType(field.type)) &&
      !field.fails &&
      directives.every((text) => !text.startsWith('@requires')),
  );
  const foreign = entity
    ? [...new Set(namesOf(draft, type.name))].flatMap((name) => {
        if (type.placements.has(name)) return [];
        const [home] = resolversOf(draft, type.name, name);
        const placement = home?.types.get(type.name)?.placements.get(name);
        if (placement?.type !== undefined) return [];
        const field = placement?.field;
        return field !== undefined &&
          (depth < 1 || isLeaf(namedType(field.type))) &&
          canBeRequired(draft, subgraph, field)
          ? [field]
          : [];
      })
    : [];
  if (foreign.length > 0 && (present.length === 0 || choose(2) === 1))
    return requireField(draft, subgraph, type, oneOf(choose, foreign), depth + 1);
  if (present.length === 0) return '__typename';
  const { field } = oneOf(choose, present);
  const given = field.arguments
    .filter(({ type: of, defaultValue }) => of.endsWith('!') && defaultValue === undefined)
    .map(({ name, type: of }) => `${name}: ${literal(() => 0, of)}`);
  return `${field.name}${given.length === 0 ? '' : `(${given.join(', ')})`}`;
}

function addRequiresToInterfaceObject(draft: Draft, name: string): void {
  const { choose, guest, subgraphs } = draft;
  const here = guest?.types.get(name);
  const title = subgraphs[0]?.types.get(name)?.placements.get('title')?.field;
  if (here?.interfaceObject !== true || here.keys[0]?.resolvable !== true || title === undefined) return;
  if (title.fails || title.arguments.length > 0 || !rarely(choose, 2)) return;
  place(here, title, [], { external: true });
  place(here, requiringField(name, 'summary', 'title'), ['@requires(fields: "title")']);
}

function hideKey(draft: Draft, entity: string): void {
  const others = new Set(namesOf(draft, entity).filter((name) => name !== 'code'));
  for (const { types } of draft.subgraphs) {
    const code = types.get(entity)?.placements.get('code');
    if (code === undefined || code.external === true) continue;
    if (others.size > 0 && rarely(draft.choose, 6)) code.directives.push('@inaccessible');
    return;
  }
}
