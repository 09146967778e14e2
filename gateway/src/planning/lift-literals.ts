/**
 * Literals in arguments become variables, so that documents that differ in nothing else share one plan.
 *
 * Only what means the same in both places is lifted: the specification's scalars, enums, lists and input objects
 * of those. A custom scalar may read a literal differently from a variable, and `@skip(if: true)` shapes the plan.
 */
import {
  getNamedType,
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
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  parseType,
  type ValueNode,
  type VariableDefinitionNode,
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
  const variableFor = (type: string, json: string): string => {
    const key = `${type} ${json}`;
    let name = known.get(key);
    if (name === undefined) {
      for (let n = lifted.size; name === undefined || taken.has(name); n += 1) name = `literal${n}`;
      taken.add(name);
      known.set(key, name);
      lifted.set(name, json);
      definitions.push({
        kind: Kind.VARIABLE_DEFINITION,
        variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } },
        type: parseType(type),
      });
    }
    return name;
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
        const json = type === undefined || type === null ? undefined : toJson(argument.value, type);
        if (json === undefined || json === 'null') return false;
        const name = variableFor(String(type), json);
        return { ...argument, value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } } };
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
  switch (value.kind) {
    case Kind.STRING:
      return JSON.stringify(value.value);
    case Kind.INT:
      // A subgraph would round a long number before it takes it for an ID.
      return named.name === GraphQLID.name ? JSON.stringify(value.value) : value.value;
    case Kind.FLOAT:
      return value.value;
    case Kind.BOOLEAN:
      return String(value.value);
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
