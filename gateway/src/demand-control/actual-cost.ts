import { getOwn, isJsonObject } from '../execution/own.ts';
import type { TypeConditions } from '../execution/type-conditions.ts';
import type { CostTerm, FetchCost } from './cost-formula.ts';
import { costOfInput, inputReader, type CostVariables } from './estimate-cost.ts';

export interface ActualCostOptions extends CostVariables {
  readonly matches: TypeConditions;
}

/**
 * What the answer of a subgraph has cost: every object 1 and every scalar nothing where nothing else is said, the
 * arguments of every selected field once.
 *
 * @param data Of a fetch of root fields, or `{ _entities: [...] }`.
 */
export function actualCost({ base, terms }: FetchCost, data: unknown, options: ActualCostOptions): number {
  const read = inputReader(options);

  const costOfFields = (below: readonly CostTerm[], object: unknown): number => {
    if (!isJsonObject(object)) return 0;
    const typename = getOwn(object, '__typename');
    let cost = 0;
    for (const term of below) {
      const value = getOwn(object, term.key);
      const applies =
        typeof typename !== 'string' ||
        term.conditions.every((condition) => options.matches(condition, typename));
      if (value === undefined || !applies) continue;
      cost += costOfValue(term, value);
      for (const argument of term.arguments)
        cost += costOfInput(read(argument.value), argument.input, options.inputs);
    }
    return cost;
  };
  const costOfValue = (term: CostTerm, value: unknown): number => {
    if (Array.isArray(value)) return value.reduce<number>((cost, item) => cost + costOfValue(term, item), 0);
    if (!isJsonObject(value)) return term.weight ?? 0;
    return (term.weight ?? (term.isComposite ? 1 : 0)) + costOfFields(term.below, value);
  };

  return base + costOfFields(terms, data);
}
