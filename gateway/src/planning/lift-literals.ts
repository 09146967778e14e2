/**
 * Literals in arguments become variables, so that documents that differ in nothing else share one plan.
 *
 * Only what means the same in both places is lifted: the specification's scalars, enums, lists and input objects
 * of those. A custom scalar may read a literal differently from a variable, and `@skip(if: true)` shapes the plan.
 * Numbers that the planner would print with other digits are lifted from custom scalars all the same: any reading
 * of them is better than one of other digits.
 */
import {
  getNamedType,
  getNullableType,
  GraphQLID,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type ArgumentNode,
  type DocumentNode,
  type FloatValueNode,
  type GraphQLInputType,
  type GraphQLSchema,
  type IntValueNode,
  type OperationDefinitionNode,
  parseType,
  type ValueNode,
  type VariableDefinitionNode,
  type VariableNode,
} from 'graphql';
import { sortFields } from './sort-fields.ts';

export interface LiftedOperation {
  readonly document: DocumentNode;
  /** JSON text of the values, by variable. */
  readonly lifted: ReadonlyMap<string, string>;
}

/** @param document One valid operation and its fragments. */
export function liftLiterals(schema: GraphQLSchema, document: DocumentNode): LiftedOperation {
  const taken = variableNames(document);
  const lifted = new Map<string, string>();
  const definitions: VariableDefinitionNode[] = [];
  // One value, one variable: selections that are to merge must keep equal arguments.
  const known = new Map<string, string>();
  const variableFor = (type: GraphQLInputType, json: string): VariableNode => {
    const key = `${String(type)} ${json}`;
    let name = known.get(key);
    if (name === undefined) {
      for (let n = lifted.size; name === undefined || taken.has(name); n += 1) name = `literal${n}`;
      taken.add(name);
      known.set(key, name);
      lifted.set(name, json);
      definitions.push({
        kind: Kind.VARIABLE_DEFINITION,
        variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } },
        type: parseType(String(type)),
      });
    }
    return { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } };
  };
  const typeInfo = new TypeInfo(schema);
  const rewritten = visit(
    document,
    visitWithTypeInfo(typeInfo, {
      // Introspection is answered from the document itself.
      Field: ({ name }) => (name.value.startsWith('__') ? false : undefined),
      Directive: () => false,
      VariableDefinition: () => false,
      Argument: (argument): ArgumentNode | false => {
        const type = typeInfo.getInputType();
        if (type === undefined || type === null) return false;
        const json = toJson(argument.value, type);
        if (json === 'null') return false;
        const value =
          json === undefined ? liftNumbers(argument.value, type, variableFor) : variableFor(type, json);
        return value === argument.value ? false : { ...argument, value };
      },
    }),
  );
  if (lifted.size === 0) return { document, lifted };
  return {
    document: visit(rewritten, {
      OperationDefinition: (operation): OperationDefinitionNode => ({
        ...operation,
        variableDefinitions: [...(operation.variableDefinitions ?? []), ...definitions],
      }),
    }),
    lifted,
  };
}

/**
 * JSON text with the digits of numbers as they stand, or undefined for what cannot be lifted. Fields of input objects are in the order
 * of their names: literals that differ in nothing else are one value.
 *
 * @see https://spec.graphql.org/October2021/#sec-Input-Object-Values "Input object literals are unordered."
 */
function toJson(value: ValueNode, type: GraphQLInputType): string | undefined {
  if (value.kind === Kind.NULL) return 'null';
  if (isNonNullType(type)) return toJson(value, type.ofType);
  if (isListType(type)) {
    if (value.kind !== Kind.LIST) return toJson(value, type.ofType);
    const items = value.values.map((item) => toJson(item, type.ofType));
    return items.includes(undefined) ? undefined : `[${items.join()}]`;
  }
  if (isInputObjectType(type)) {
    if (value.kind !== Kind.OBJECT) return undefined;
    const fields = type.getFields();
    const entries = sortFields(value).map((field) => {
      const definition = fields[field.name.value];
      const json = definition === undefined ? undefined : toJson(field.value, definition.type);
      return json === undefined ? undefined : `${JSON.stringify(field.name.value)}:${json}`;
    });
    return entries.includes(undefined) ? undefined : `{${entries.join()}}`;
  }
  const named = getNamedType(type);
  if (isEnumType(named)) return value.kind === Kind.ENUM ? JSON.stringify(value.value) : undefined;
  if (!isSpecifiedScalarType(named)) return undefined;
  // A subgraph would round a long number before it takes it for an ID.
  if (named.name === GraphQLID.name && value.kind === Kind.INT) return JSON.stringify(value.value);
  return untypedJson(value);
}

/** The value with variables for what custom scalars have of numbers that would not stay as they are. */
function liftNumbers(
  value: ValueNode,
  type: GraphQLInputType,
  variableFor: (type: GraphQLInputType, json: string) => VariableNode,
): ValueNode {
  const nullable = getNullableType(type);
  if (value.kind === Kind.VARIABLE || value.kind === Kind.NULL || !hasFragileNumber(value)) return value;
  if (isListType(nullable)) {
    // A variable has the type of an item: it cannot stand for the list of one.
    const values = value.kind === Kind.LIST ? value.values : [value];
    return {
      kind: Kind.LIST,
      values: values.map((item) => liftNumbers(item, nullable.ofType, variableFor)),
    };
  }
  if (isInputObjectType(nullable)) {
    if (value.kind !== Kind.OBJECT) return value;
    const definitions = nullable.getFields();
    const fields = value.fields.map((field) => {
      const definition = definitions[field.name.value];
      return definition === undefined
        ? field
        : { ...field, value: liftNumbers(field.value, definition.type, variableFor) };
    });
    return { ...value, fields };
  }
  const json = isSpecifiedScalarType(nullable) ? undefined : untypedJson(value);
  return json === undefined ? value : variableFor(type, json);
}

function hasFragileNumber(value: ValueNode): boolean {
  let isFragile = false;
  const look = (node: IntValueNode | FloatValueNode): void => {
    isFragile ||= String(Number(node.value)) !== node.value;
  };
  visit(value, { IntValue: look, FloatValue: look });
  return isFragile;
}

/** JSON text of a scalar's literal; undefined: JSON has nothing for some of it. */
function untypedJson(value: ValueNode): string | undefined {
  switch (value.kind) {
    case Kind.LIST: {
      const items = value.values.map(untypedJson);
      return items.includes(undefined) ? undefined : `[${items.join()}]`;
    }
    case Kind.OBJECT: {
      const entries = sortFields(value).map((field) => {
        const json = untypedJson(field.value);
        return json === undefined ? undefined : `${JSON.stringify(field.name.value)}:${json}`;
      });
      return entries.includes(undefined) ? undefined : `{${entries.join()}}`;
    }
    case Kind.STRING:
      return JSON.stringify(value.value);
    case Kind.INT:
    case Kind.FLOAT:
      return value.value;
    case Kind.BOOLEAN:
      return String(value.value);
    case Kind.NULL:
      return 'null';
    default:
      return undefined;
  }
}

function variableNames(document: DocumentNode): Set<string> {
  const names = new Set<string>();
  visit(document, {
    VariableDefinition: ({ variable }) => {
      names.add(variable.name.value);
    },
  });
  return names;
}
