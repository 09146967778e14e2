import { exactDigits } from '../execution/json.ts';
import { getOwn, isJsonObject, type JsonObject } from '../execution/own.ts';
import type { CostTerm, FetchCost, InputCost, InputCosts, InputValue, ListSize } from './cost-formula.ts';

/** The values that an operation runs with, and what they cost. */
export interface CostVariables {
  /** As the client sent them. */
  readonly variables: JsonObject;
  /** JSON text of the literals that became variables. */
  readonly lifted: ReadonlyMap<string, string>;
  readonly inputs: InputCosts;
}

export interface EstimateOptions extends CostVariables {
  /** How long a list is when nothing is said of it. */
  readonly listSizeOf: (subgraph: string) => number;
}

export interface EstimatedCost {
  readonly total: number;
  readonly bySubgraph: ReadonlyMap<string, number>;
  /** Fields that need exactly one slicing argument and have another number. */
  readonly wronglySliced: readonly { readonly coordinate: string; readonly given: number }[];
}

/**
 * What an operation will cost at most, as far as its lists are no longer than is said of them.
 *
 * A field costs its size times what one of it costs, and its arguments once; an object costs 1 where nothing else is
 * said, a scalar nothing. An operation is the sum of its fetches.
 *
 * @see https://www.apollographql.com/docs/graphos/routing/security/demand-control
 */
export function estimateCost(fetches: readonly FetchCost[], options: EstimateOptions): EstimatedCost {
  const { inputs, listSizeOf } = options;
  const read = inputReader(options);
  const wronglySliced = new Map<string, number>();
  const sizes = new Map<ListSize, number | undefined>();

  const sizeOf = (size: ListSize): number | undefined => {
    if (sizes.has(size)) return sizes.get(size);
    const given = size.slicing.map(read).filter((value) => typeof value === 'number');
    if (size.requiresOne && given.length !== 1) wronglySliced.set(size.coordinate, given.length);
    const known = given.length === 0 ? size.assumed : Math.max(0, ...given);
    sizes.set(size, known);
    return known;
  };
  const costOf = (term: CostTerm, listSize: number): number => {
    const said = term.size && sizeOf(term.size);
    const count = term.isList ? (said ?? listSize) : 1;
    let each = term.weight ?? (term.isComposite ? 1 : 0);
    for (const below of term.below) each += costOf(below, listSize);
    let cost = count * each;
    for (const argument of term.arguments) cost += costOfInput(read(argument.value), argument.input, inputs);
    return cost;
  };

  const bySubgraph = new Map<string, number>();
  let total = 0;
  for (const { subgraph, base, terms } of fetches) {
    const listSize = listSizeOf(subgraph);
    let cost = base;
    for (const term of terms) cost += costOf(term, listSize);
    total += cost;
    bySubgraph.set(subgraph, (bySubgraph.get(subgraph) ?? 0) + cost);
  }
  return {
    total,
    bySubgraph,
    wronglySliced: [...wronglySliced].map(([coordinate, given]) => ({ coordinate, given })),
  };
}

/** What a value costs where an input is expected. */
export function costOfInput(value: unknown, { weight, type }: InputCost, inputs: InputCosts): number {
  if (value === undefined || value === null) return 0;
  if (Array.isArray(value))
    return value.reduce<number>(
      (cost, item) => cost + costOfInput(item, { weight, type }, inputs),
      weight ?? 0,
    );
  if (type === undefined || !isJsonObject(value)) return weight ?? 0;
  const fields = inputs.get(type);
  let cost = weight ?? 1;
  for (const [name, member] of Object.entries(value)) {
    const input = fields?.get(name);
    if (input !== undefined) cost += costOfInput(member, input, inputs);
  }
  return cost;
}

/** Reads values as they are for one request. */
export function inputReader({ variables, lifted }: CostVariables): (value: InputValue) => unknown {
  const parsed = new Map<string, unknown>();
  const variable = (name: string): unknown => {
    const literal = lifted.get(name);
    if (literal === undefined) return getOwn(variables, name);
    if (!parsed.has(name)) parsed.set(name, JSON.parse(literal));
    return parsed.get(name);
  };
  const read = (value: InputValue): unknown => {
    switch (value.kind) {
      case 'literal':
        return value.value;
      case 'list':
        return value.items.map(read);
      case 'object':
        return Object.fromEntries(Object.entries(value.fields).map(([name, field]) => [name, read(field)]));
      case 'variable': {
        let found = variable(value.name);
        for (const name of value.path) found = isJsonObject(found) ? getOwn(found, name) : undefined;
        if (found === undefined) return value.byDefault;
        const digits = exactDigits(found);
        return digits === undefined ? found : Number(digits);
      }
    }
  };
  return read;
}
