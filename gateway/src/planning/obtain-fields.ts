/**
 * How to get fields of an entity that has just been fetched: from the subgraph it is from, or by fetches of the
 * entity from others, by their keys and with what they require, which may have to be obtained first.
 */
import type { PlanNode } from '@apollo/query-planner';
import { Kind, type FieldNode, type SelectionNode } from 'graphql';
import { distinctSelections, entityFetch, onType, TYPENAME } from './entity-fetch.ts';
import { fieldsNamed } from './fields-named.ts';
import type { SubgraphTypes } from './subgraph-types.ts';

/** Objects of the response, and who they are from. */
export interface Source {
  readonly path: readonly string[];
  /** As the subgraph calls it. */
  readonly type: string;
  readonly subgraph: string;
  /** What `@provides` says that the subgraph knows of them here. */
  readonly provided: readonly SelectionNode[];
}

export interface Supply {
  /** What is to be selected where the objects are from. */
  readonly atSource: readonly SelectionNode[];
  /** To be run one after the other. */
  readonly fetches: readonly PlanNode[];
}

/** A search that takes longer would find a plan that nobody wants to wait for. */
const MAX_STEPS = 2_000;
const MAX_FETCHES_IN_A_ROW = 8;

/** @returns Undefined where no way was found. */
export function obtainFields(
  types: SubgraphTypes,
  source: Source,
  fields: readonly SelectionNode[],
): Supply | undefined {
  return new Search(types).obtain(source, fields, []);
}

/** Whether a subgraph answers a field of a type, for whatever object, from nothing but the object. */
export function isPlain(types: SubgraphTypes, subgraph: string, type: string, name: string): boolean {
  const field = types.field(subgraph, type, name);
  if (field === undefined || field.isExternal || field.requires !== undefined) return false;
  return types.implementationsOf(subgraph, type).every((each) => isPlain(types, subgraph, each, name));
}

class Search {
  readonly #types: SubgraphTypes;
  #steps = 0;

  constructor(types: SubgraphTypes) {
    this.#types = types;
  }

  /** @param trail Fields that this is for: none of them is a way to itself. */
  obtain(source: Source, selections: readonly SelectionNode[], trail: readonly string[]): Supply | undefined {
    this.#steps += 1;
    if (this.#steps > MAX_STEPS || trail.length > MAX_FETCHES_IN_A_ROW) return undefined;
    const { subgraph, type, provided } = source;
    const atSource: SelectionNode[] = [];
    const fetches: PlanNode[] = [];
    const add = (supply: Supply | undefined): boolean => {
      atSource.push(...(supply?.atSource ?? []));
      fetches.push(...(supply?.fetches ?? []));
      return supply !== undefined;
    };
    const left: FieldNode[] = [];
    for (const selection of distinctSelections(selections)) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return undefined;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (
          !add(
            this.#obtainOfKind(
              source,
              selection.typeCondition?.name.value,
              selection.selectionSet.selections,
              trail,
            ),
          )
        )
          return undefined;
      } else if (selection.name.value === '__typename') atSource.push(selection);
      else if (
        fieldsNamed(provided, selection.name.value).length === 0 &&
        !isPlain(this.#types, subgraph, type, selection.name.value)
      )
        left.push(selection);
      else if (!add(this.#take(source, selection, trail))) return undefined;
    }
    for (let [first] = left; first !== undefined; [first] = left) {
      const best = this.#fetchElsewhere(source, first, left, trail);
      if (best === undefined || !add(best.supply)) return undefined;
      left.splice(0, left.length, ...left.filter((field) => !best.brought.includes(field)));
    }
    return { atSource: distinctSelections(atSource), fetches };
  }

  #obtainOfKind(
    source: Source,
    kind: string | undefined,
    selections: readonly SelectionNode[],
    trail: readonly string[],
  ): Supply | undefined {
    const { subgraph, type } = source;
    if (kind === undefined || kind === type || this.#types.interfacesOf(type).includes(kind))
      return this.obtain(source, selections, trail);
    const kindOfSource = this.#types.kindOf(subgraph, type);
    // What kind it is of is not known there.
    if (kindOfSource === 'interface object') return undefined;
    // It is of another; or the subgraph has no objects of this one.
    if (kindOfSource === 'object' || this.#types.kindOf(subgraph, kind) === undefined)
      return { atSource: [], fetches: [] };
    const supply = this.obtain({ ...source, type: kind }, selections, trail);
    if (supply === undefined) return undefined;
    return { atSource: [TYPENAME, onType(kind, [TYPENAME, ...supply.atSource])], fetches: supply.fetches };
  }

  /** A plain field, with what is below it, which may again have to be obtained from others. */
  #take(
    { path, type, subgraph, provided }: Source,
    field: FieldNode,
    trail: readonly string[],
  ): Supply | undefined {
    const definition = this.#types.field(subgraph, type, field.name.value);
    if (definition === undefined) return undefined;
    if (field.selectionSet === undefined) return { atSource: [field], fetches: [] };
    const key = field.alias?.value ?? field.name.value;
    const lists = Array.from({ length: definition.listDepth }, () => '@');
    const given = fieldsNamed(provided, field.name.value);
    const below = {
      path: [...path, key, ...lists],
      type: definition.type,
      subgraph,
      provided: [
        ...(definition.provides ?? []),
        ...given.flatMap(({ selectionSet }) => selectionSet?.selections ?? []),
      ],
    };
    const supply = this.obtain(below, field.selectionSet.selections, trail);
    if (supply === undefined) return undefined;
    const selections = distinctSelections([
      ...(supply.fetches.length > 0 ? [TYPENAME] : []),
      ...supply.atSource,
    ]);
    return {
      atSource: [{ ...field, selectionSet: { kind: Kind.SELECTION_SET, selections } }],
      fetches: supply.fetches,
    };
  }

  /** The way to a field with the fewest fetches; others that are wanted come along. */
  #fetchElsewhere(
    source: Source,
    field: FieldNode,
    wanted: readonly FieldNode[],
    trail: readonly string[],
  ): { readonly supply: Supply; readonly brought: readonly FieldNode[] } | undefined {
    let best: { readonly supply: Supply; readonly brought: readonly FieldNode[] } | undefined;
    for (const { subgraph, typeThere } of this.#ownersOf(source.type, field.name.value)) {
      const id = `${subgraph} ${typeThere}.${field.name.value}`;
      if (trail.includes(id)) continue;
      const { requires = [] } = this.#types.field(subgraph, typeThere, field.name.value) ?? {};
      const brought =
        requires.length > 0
          ? [field]
          : wanted.filter(({ name }) => isPlain(this.#types, subgraph, typeThere, name.value));
      const there = { ...source, subgraph, type: typeThere, provided: [] };
      const taken = brought.map((each) => this.#take(there, each, [...trail, id]));
      for (const key of this.#types.keysOf(subgraph, typeThere)) {
        const inputs = this.obtain(source, [...key, ...requires], [...trail, id]);
        if (inputs === undefined || taken.includes(undefined)) continue;
        const supply = {
          atSource: [TYPENAME, ...inputs.atSource],
          fetches: [
            ...inputs.fetches,
            entityFetch({
              path: source.path,
              type: source.type,
              subgraph,
              typeThere,
              sent: [...requires, ...key],
              wanted: taken.flatMap((each) => each?.atSource ?? []),
              operationName: undefined,
              variables: [],
              outputRewrites: [],
            }),
            ...taken.flatMap((each) => each?.fetches ?? []),
          ],
        };
        if (best === undefined || supply.fetches.length < best.supply.fetches.length)
          best = { supply, brought };
      }
    }
    return best;
  }

  /** Who resolves a field of entities of a type, themselves or as interface objects. */
  #ownersOf(type: string, name: string): { readonly subgraph: string; readonly typeThere: string }[] {
    return this.#types.subgraphs.flatMap((subgraph) =>
      [type, ...this.#types.interfacesOf(type)].flatMap((typeThere) => {
        const field = this.#types.field(subgraph, typeThere, name);
        const kind = this.#types.kindOf(subgraph, typeThere);
        if (field === undefined || field.isExternal) return [];
        if (typeThere !== type && kind !== 'interface object') return [];
        return kind === 'interface' && !isPlain(this.#types, subgraph, typeThere, name)
          ? []
          : [{ subgraph, typeThere }];
      }),
    );
  }
}
