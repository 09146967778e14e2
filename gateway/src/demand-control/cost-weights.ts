import {
  isTypeDefinitionNode,
  Kind,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type DocumentNode,
  type InputValueDefinitionNode,
  type TypeNode,
} from 'graphql';
import { argumentOf, linkedFeatures, textOf, valuesOf } from '../link/linked-features.ts';
import type { InputCost, InputCosts } from './cost-formula.ts';

/** What a supergraph says of a field's cost. */
export interface FieldCost {
  readonly type: string;
  readonly weight: number | undefined;
  readonly isComposite: boolean;
  readonly isList: boolean;
  readonly listSize: ListSizeDirective | undefined;
  readonly arguments: ReadonlyMap<string, ArgumentDefinition>;
}

/** `@listSize`, with paths as lists of names. */
export interface ListSizeDirective {
  readonly assumedSize: number | undefined;
  readonly slicingArguments: readonly (readonly string[])[];
  readonly sizedFields: readonly (readonly string[])[];
  readonly requireOneSlicingArgument: boolean;
}

export interface ArgumentDefinition extends InputCost {
  readonly byDefault: unknown;
}

export interface CostWeights {
  /** Whether the supergraph links the directives. */
  readonly areDeclared: boolean;
  readonly inputs: InputCosts;
  ofField(type: string, field: string): FieldCost | undefined;
}

/**
 * What `@cost` and `@listSize` say. A supergraph without them has costs too: those of its types.
 *
 * @see https://ibm.github.io/graphql-specs/cost-spec.html
 */
export function readCostWeights(supergraph: DocumentNode): CostWeights {
  const linked = linkedFeatures(supergraph).find(({ feature }) => feature === 'cost');
  const cost = linked?.nameOf('cost');
  const listSize = linked?.nameOf('listSize');
  const applied = (
    directives: readonly ConstDirectiveNode[] = [],
    name: string | undefined,
  ): ConstDirectiveNode | undefined => directives.find((directive) => directive.name.value === name);
  const weightOf = (directives: readonly ConstDirectiveNode[] | undefined): number | undefined => {
    const directive = applied(directives, cost);
    return directive && numberOf(directive, 'weight');
  };

  const typeWeights = new Map<string, number>();
  const composite = new Set<string>();
  const inputTypes = new Set<string>();
  for (const definition of supergraph.definitions) {
    if (!isTypeDefinitionNode(definition)) continue;
    const { value: name } = definition.name;
    const weight = weightOf(definition.directives);
    if (weight !== undefined) typeWeights.set(name, weight);
    if (definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) inputTypes.add(name);
    if (
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
      definition.kind === Kind.UNION_TYPE_DEFINITION
    )
      composite.add(name);
  }
  const inputCost = ({ type, directives }: InputValueDefinitionNode): InputCost => {
    const name = namedType(type);
    return {
      weight: weightOf(directives) ?? typeWeights.get(name),
      type: inputTypes.has(name) ? name : undefined,
    };
  };

  const fields = new Map<string, FieldCost>();
  const inputs = new Map<string, ReadonlyMap<string, InputCost>>();
  for (const definition of supergraph.definitions) {
    if (definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) {
      const costs = (definition.fields ?? []).map((field) => [field.name.value, inputCost(field)] as const);
      inputs.set(definition.name.value, new Map(costs));
    }
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION)
      continue;
    for (const { name, type, directives, arguments: given = [] } of definition.fields ?? []) {
      const sized = applied(directives, listSize);
      const named = namedType(type);
      fields.set(`${definition.name.value}.${name.value}`, {
        type: named,
        weight: weightOf(directives) ?? typeWeights.get(named),
        isComposite: composite.has(named),
        isList: isList(type),
        listSize: sized && readListSize(sized),
        arguments: new Map(
          given.map((argument) => [
            argument.name.value,
            {
              ...inputCost(argument),
              byDefault: argument.defaultValue && valueFromASTUntyped(argument.defaultValue),
            },
          ]),
        ),
      });
    }
  }
  return {
    areDeclared: linked !== undefined,
    inputs,
    ofField: (type, field) => fields.get(`${type}.${field}`),
  };
}

function readListSize(directive: ConstDirectiveNode): ListSizeDirective {
  const paths = (name: string): readonly (readonly string[])[] =>
    valuesOf(argumentOf(directive, name)).flatMap((value) =>
      textOf(value) === '' ? [] : [textOf(value).split('.')],
    );
  const required = argumentOf(directive, 'requireOneSlicingArgument');
  return {
    assumedSize: numberOf(directive, 'assumedSize'),
    slicingArguments: paths('slicingArguments'),
    sizedFields: paths('sizedFields'),
    requireOneSlicingArgument: required?.kind !== Kind.BOOLEAN || required.value,
  };
}

function numberOf(directive: ConstDirectiveNode, name: string): number | undefined {
  const value = argumentOf(directive, name);
  return value?.kind === Kind.INT ? Number(value.value) : undefined;
}

const isList = (type: TypeNode): boolean =>
  type.kind === Kind.NON_NULL_TYPE ? isList(type.type) : type.kind === Kind.LIST_TYPE;

const namedType = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
