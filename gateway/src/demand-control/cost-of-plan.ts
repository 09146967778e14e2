import type { PlanNode, SubscriptionNode } from '@apollo/query-planner';
import {
  Kind,
  OperationTypeNode,
  parse,
  valueFromASTUntyped,
  type FieldNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { fragmentsOf } from '../execution/collect-fields.ts';
import { fetchesOf } from '../execution/fetches-of.ts';
import { onlyOperation } from '../execution/only-operation.ts';
import type { ArgumentCost, CostTerm, FetchCost, InputValue, ListSize } from './cost-formula.ts';
import type { CostWeights, FieldCost } from './cost-weights.ts';

/** As the Router has it: whatever changes something costs more than whatever reads. */
const MUTATION_COST = 10;

const ENTITIES: FieldCost = {
  type: '_Entity',
  weight: undefined,
  isComposite: true,
  isList: true,
  listSize: undefined,
  arguments: new Map(),
};

/** A field below that a directive above says the size of. */
interface SizedField {
  readonly path: readonly string[];
  readonly size: ListSize;
}

/**
 * What each fetch of a plan costs.
 *
 * @param rootTypeOf Name of the type of `query` or `mutation`.
 */
export const costOfPlan = (
  plan: PlanNode | SubscriptionNode | undefined,
  weights: CostWeights,
  rootTypeOf: (kind: string) => string,
): readonly FetchCost[] =>
  fetchesOf(plan).map(({ serviceName, operation }) =>
    costOfFetch(serviceName, operation, weights, rootTypeOf),
  );

function costOfFetch(
  subgraph: string,
  operation: string,
  weights: CostWeights,
  rootTypeOf: (kind: string) => string,
): FetchCost {
  const document = parse(operation, { noLocation: true });
  const definition = onlyOperation(document);
  const fragments = fragmentsOf(document);
  const valueOf = inputReader(definition);

  function termsOf(
    { selections }: SelectionSetNode,
    type: string,
    conditions: readonly string[],
    sized: readonly SizedField[],
  ): readonly CostTerm[] {
    return selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return termOf(selection, type, conditions, sized);
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (fragment === undefined) return [];
      const on = fragment.typeCondition?.name.value;
      return termsOf(
        fragment.selectionSet,
        on ?? type,
        on === undefined ? conditions : [...conditions, on],
        sized,
      );
    });
  }

  function termOf(
    field: FieldNode,
    type: string,
    conditions: readonly string[],
    sized: readonly SizedField[],
  ): readonly CostTerm[] {
    const name = field.name.value;
    const cost = name === '_entities' ? ENTITIES : weights.ofField(type, name);
    if (cost === undefined) return [];
    const own = cost.listSize && sizeOf(field, `${type}.${name}`, cost, valueOf);
    const fromAbove = sized.find(({ path }) => path.length === 1 && path[0] === name)?.size;
    const term: CostTerm = {
      key: field.alias?.value ?? name,
      conditions,
      weight: cost.weight,
      isComposite: cost.isComposite,
      isList: cost.isList,
      size: fromAbove ?? own,
      arguments: argumentCosts(field, cost, valueOf),
      below:
        field.selectionSet === undefined
          ? []
          : termsOf(
              field.selectionSet,
              cost.type,
              [],
              [
                ...sized.flatMap(({ path: [first, ...rest], size }) =>
                  first === name && rest.length > 0 ? [{ path: rest, size }] : [],
                ),
                ...(own === undefined
                  ? []
                  : (cost.listSize?.sizedFields ?? []).map((path) => ({ path, size: own }))),
              ],
            ),
    };
    const isFree = !term.isComposite && term.weight === undefined && term.arguments.length === 0;
    return isFree && term.size?.requiresOne !== true ? [] : [term];
  }

  return {
    subgraph,
    document: operation,
    base: definition.operation === OperationTypeNode.MUTATION ? MUTATION_COST : 0,
    terms: termsOf(definition.selectionSet, rootTypeOf(definition.operation), [], []),
  };
}

function sizeOf(
  field: FieldNode,
  coordinate: string,
  cost: FieldCost,
  valueOf: (value: ValueNode) => InputValue,
): ListSize | undefined {
  const { listSize } = cost;
  if (listSize === undefined) return undefined;
  const slicing = listSize.slicingArguments.flatMap(([argument = '', ...path]): readonly InputValue[] => {
    const given = field.arguments?.find(({ name }) => name.value === argument)?.value;
    const byDefault = cost.arguments.get(argument)?.byDefault;
    if (given === undefined)
      return byDefault === undefined ? [] : [{ kind: 'literal', value: memberOf(byDefault, path) }];
    const value = path.reduce(inputMember, valueOf(given));
    return value.kind === 'variable'
      ? [{ ...value, byDefault: value.byDefault ?? memberOf(byDefault, path) }]
      : [value];
  });
  return {
    coordinate,
    slicing,
    assumed: listSize.assumedSize,
    requiresOne: listSize.requireOneSlicingArgument && listSize.slicingArguments.length > 0,
  };
}

/** Only arguments that can cost something. */
const argumentCosts = (
  field: FieldNode,
  { arguments: definitions }: FieldCost,
  valueOf: (value: ValueNode) => InputValue,
): readonly ArgumentCost[] =>
  (field.arguments ?? []).flatMap(({ name, value }) => {
    const input = definitions.get(name.value);
    return input === undefined || (input.weight === undefined && input.type === undefined)
      ? []
      : [{ value: valueOf(value), input: { weight: input.weight, type: input.type } }];
  });

/** Reads values of one operation, which knows what its variables are by default. */
function inputReader({
  variableDefinitions = [],
}: OperationDefinitionNode): (value: ValueNode) => InputValue {
  const defaults = new Map(
    variableDefinitions.map(({ variable, defaultValue }) => [
      variable.name.value,
      defaultValue && valueFromASTUntyped(defaultValue),
    ]),
  );
  const read = (value: ValueNode): InputValue => {
    switch (value.kind) {
      case Kind.VARIABLE: {
        const name = value.name.value;
        return { kind: 'variable', name, path: [], byDefault: defaults.get(name) };
      }
      case Kind.OBJECT:
        return {
          kind: 'object',
          fields: Object.fromEntries(value.fields.map((field) => [field.name.value, read(field.value)])),
        };
      case Kind.LIST:
        return { kind: 'list', items: value.values.map(read) };
      default:
        return { kind: 'literal', value: valueFromASTUntyped(value) };
    }
  };
  return read;
}

function inputMember(value: InputValue, name: string): InputValue {
  switch (value.kind) {
    case 'variable':
      return { ...value, path: [...value.path, name], byDefault: memberOf(value.byDefault, [name]) };
    case 'object':
      return value.fields[name] ?? { kind: 'literal', value: undefined };
    case 'literal':
      return { kind: 'literal', value: memberOf(value.value, [name]) };
    case 'list':
      return { kind: 'literal', value: undefined };
  }
}

const memberOf = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (object, name) =>
      typeof object === 'object' && object !== null ? (object as Record<string, unknown>)[name] : undefined,
    value,
  );
