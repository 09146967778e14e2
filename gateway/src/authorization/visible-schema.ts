import {
  buildASTSchema,
  isTypeDefinitionNode,
  Kind,
  OperationTypeNode,
  visit,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  type NamedTypeNode,
  type SchemaDefinitionNode,
  type TypeDefinitionNode,
} from 'graphql';
import { isMet, type AuthorizationRules, type Permission } from './authorization-rules.ts';

type Definitions = ReadonlyMap<string, TypeDefinitionNode>;

/**
 * The part of an API that a caller may ask for: without fields that would be refused, and without types that nothing
 * leads to any more. A caller who may see nothing gets a query type without fields.
 *
 * @param api SDL of the whole API, parsed.
 */
export function visibleSchema(
  api: DocumentNode,
  rules: AuthorizationRules,
  granted: ReadonlySet<Permission>,
): GraphQLSchema {
  const roots = rootsOf(api);
  const allowed = withoutEmpty(
    withoutClosedFields(typesOf(api), rules, granted),
    roots.get(OperationTypeNode.QUERY),
  );
  const reachable = reachableFrom([...roots.values()], api, allowed, (type) =>
    isMet(rules.ofType(type), granted),
  );
  return buildASTSchema(
    {
      kind: Kind.DOCUMENT,
      definitions: [
        schemaOf([...roots].filter(([, name]) => allowed.has(name))),
        ...api.definitions.filter((definition) => definition.kind === Kind.DIRECTIVE_DEFINITION),
        ...[...reachable].flatMap((name) => allowed.get(name) ?? []).map((type) => trimmed(type, reachable)),
      ],
    },
    // A query type may be empty, which the specification does not foresee.
    { assumeValid: true, assumeValidSDL: true },
  );
}

const schemaOf = (roots: readonly (readonly [OperationTypeNode, string])[]): SchemaDefinitionNode => ({
  kind: Kind.SCHEMA_DEFINITION,
  operationTypes: roots.map(([operation, value]) => ({
    kind: Kind.OPERATION_TYPE_DEFINITION,
    operation,
    type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value } },
  })),
});

const typesOf = ({ definitions }: DocumentNode): Definitions =>
  new Map(
    definitions.flatMap((definition) =>
      isTypeDefinitionNode(definition) ? [[definition.name.value, definition]] : [],
    ),
  );

function rootsOf({ definitions }: DocumentNode): ReadonlyMap<OperationTypeNode, string> {
  const schema = definitions.find((definition) => definition.kind === Kind.SCHEMA_DEFINITION);
  return schema === undefined
    ? new Map([
        [OperationTypeNode.QUERY, 'Query'],
        [OperationTypeNode.MUTATION, 'Mutation'],
        [OperationTypeNode.SUBSCRIPTION, 'Subscription'],
      ])
    : new Map(schema.operationTypes.map(({ operation, type }) => [operation, type.name.value]));
}

const withoutClosedFields = (
  types: Definitions,
  rules: AuthorizationRules,
  granted: ReadonlySet<Permission>,
): Definitions =>
  withFields(types, (type, field) => isMet(rules.ofField(type.name.value, field.name.value), granted));

/** A type without fields cannot be asked for, and neither can fields that return it. */
function withoutEmpty(types: Definitions, queryType: string | undefined): Definitions {
  const isEmpty = (type: TypeDefinitionNode): boolean =>
    isOutput(type) && type.fields?.length === 0 && type.name.value !== queryType;
  const left = new Map([...types].filter(([, type]) => !isEmpty(type)));
  if (left.size === types.size) return types;
  const isGone = (name: string): boolean => types.has(name) && !left.has(name);
  return withoutEmpty(
    withFields(left, (_type, field) => !namesIn(field.type).some(isGone)),
    queryType,
  );
}

const withFields = (
  types: Definitions,
  keeps: (type: OutputDefinition, field: FieldDefinitionNode) => boolean,
): Definitions =>
  new Map(
    [...types].map(([name, type]) => [
      name,
      isOutput(type) ? { ...type, fields: (type.fields ?? []).filter((field) => keeps(type, field)) } : type,
    ]),
  );

function reachableFrom(
  roots: readonly string[],
  api: DocumentNode,
  types: Definitions,
  isOpen: (type: string) => boolean,
): ReadonlySet<string> {
  const reached = new Set<string>();
  const implementers = new Map<string, string[]>();
  for (const type of types.values()) {
    for (const { name } of isOutput(type) ? (type.interfaces ?? []) : [])
      implementers.set(name.value, [...(implementers.get(name.value) ?? []), type.name.value]);
  }
  const reach = (name: string): void => {
    const type = types.get(name);
    if (type === undefined || reached.has(name)) return;
    reached.add(name);
    const led = namesIn(type);
    // What an object may turn out to be is led to only where it may be seen.
    const [sure, perhaps] = type.kind === Kind.UNION_TYPE_DEFINITION ? [[], led] : [led, []];
    for (const each of sure) reach(each);
    for (const each of [...perhaps, ...(implementers.get(name) ?? [])]) if (isOpen(each)) reach(each);
  };
  for (const root of roots) reach(root);
  for (const definition of api.definitions)
    if (definition.kind === Kind.DIRECTIVE_DEFINITION) for (const name of namesIn(definition)) reach(name);
  return reached;
}

/** Names of the types that a definition leads to. */
function namesIn(definition: Parameters<typeof visit>[0]): readonly string[] {
  const names: string[] = [];
  visit(definition, {
    [Kind.NAMED_TYPE]: ({ name }: NamedTypeNode) => {
      names.push(name.value);
    },
  });
  return names;
}

/** Interfaces and members of unions that are not to be seen are not named either. */
function trimmed(type: TypeDefinitionNode, reachable: ReadonlySet<string>): TypeDefinitionNode {
  const isReachable = ({ name }: NamedTypeNode): boolean => reachable.has(name.value);
  if (isOutput(type)) return { ...type, interfaces: (type.interfaces ?? []).filter(isReachable) };
  if (type.kind === Kind.UNION_TYPE_DEFINITION)
    return { ...type, types: (type.types ?? []).filter(isReachable) };
  return type;
}

type OutputDefinition = Extract<
  TypeDefinitionNode,
  { readonly kind: Kind.OBJECT_TYPE_DEFINITION | Kind.INTERFACE_TYPE_DEFINITION }
>;

const isOutput = (type: TypeDefinitionNode): type is OutputDefinition =>
  type.kind === Kind.OBJECT_TYPE_DEFINITION || type.kind === Kind.INTERFACE_TYPE_DEFINITION;
