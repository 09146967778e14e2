import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  Kind,
  parse,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
  type ArgumentNode,
  type ASTNode,
  type DirectiveNode,
  type GraphQLArgument,
  type GraphQLNamedType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql';
import { executableLocationOf } from './executable-location.ts';
import type { RecordedOperation } from './protocol.ts';

/** What an operation relies on, one word for each thing a schema may change. */
export const fact = {
  field: (type: string, field: string) => `${type}.${field}`,
  /** Anything of the type: returned, named in a condition, given as input. */
  type: (type: string) => `type ${type}`,
  directive: (directive: string) => `@${directive}`,
  directiveAt: (directive: string, location: string) => `@${directive} on ${location}`,
  /** More than once in the same place. */
  directiveTwice: (directive: string) => `@${directive} again`,
  argument: (owner: string, argument: string) => `${owner}(${argument}:)`,
  /** The argument is left out, null, or a variable that may be either. */
  noArgument: (owner: string, argument: string) => `${owner}(${argument}:) may be absent`,
  /** The argument is null, or a variable that may be. */
  nullArgument: (owner: string, argument: string) => `${owner}(${argument}:) may be null`,
  enumValue: (type: string, value: string) => `${type} literal ${value}`,
  /** A variable or a field may hold any of the enum's values. */
  enumOpen: (type: string) => `${type} any value`,
  /** Something is selected that depends on the object type being one of the abstract type's. */
  condition: (abstractType: string, type: string) => `${type} within ${abstractType}`,
  /** Values of the input type are given; which of its fields is not known, for reporters leave that out. */
  input: (type: string) => `input ${type}`,
};

/**
 * The facts of an operation on the schema it ran against. A signature is walked, not validated: what was left out of it
 * (aliases, values, the insides of objects) would make many valid operations look broken.
 */
export function factsOf(
  schema: GraphQLSchema,
  { signature, fields }: RecordedOperation,
): ReadonlySet<string> {
  const facts = new Set<string>();
  // What the reporter says is referenced holds, whatever can be made of the signature.
  for (const coordinate of fields) {
    facts.add(coordinate);
    facts.add(fact.type(coordinate.slice(0, coordinate.indexOf('.'))));
    addImplementations(schema, coordinate, facts);
  }
  walk(schema, signature, facts);
  return facts;
}

function walk(schema: GraphQLSchema, signature: string, facts: Set<string>): void {
  let document;
  try {
    document = parse(signature, { noLocation: true });
  } catch {
    return;
  }
  const conditions = new Map(
    document.definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION
        ? [[each.name.value, each.typeCondition.name.value] as const]
        : [],
    ),
  );
  const variables = new Map<string, VariableDefinitionNode>();
  const types = new TypeInfo(schema);
  const narrow = (type: string): void => {
    facts.add(fact.type(type));
    const parent = types.getParentType();
    if (parent !== undefined && parent !== null) addConditions(schema, [parent, schema.getType(type)], facts);
  };
  visit(
    document,
    visitWithTypeInfo(types, {
      VariableDefinition: (node) => {
        variables.set(node.variable.name.value, node);
        const type = typeFromAST(schema, node.type as never);
        if (type !== undefined) addInput(getNamedType(type).name, schema, facts);
      },
      FragmentDefinition: ({ typeCondition }) => {
        facts.add(fact.type(typeCondition.name.value));
      },
      FragmentSpread: ({ name }) => {
        const type = conditions.get(name.value);
        if (type !== undefined) narrow(type);
      },
      InlineFragment: ({ typeCondition }) => {
        if (typeCondition !== undefined) narrow(typeCondition.name.value);
      },
      Field: (node) => {
        const parent = types.getParentType();
        const field = types.getFieldDef();
        if (parent === undefined || parent === null || field === undefined || field === null) return;
        facts.add(fact.field(parent.name, field.name));
        facts.add(fact.type(parent.name));
        addImplementations(schema, fact.field(parent.name, field.name), facts);
        const returned = getNamedType(field.type);
        facts.add(fact.type(returned.name));
        if (isEnumType(returned)) facts.add(fact.enumOpen(returned.name));
        const owner = fact.field(parent.name, field.name);
        addArguments({ schema, owner, defined: field.args, given: node.arguments, variables }, facts);
      },
      Directive: (node, key, _parent, _path, ancestors) => {
        const owner = fact.directive(node.name.value);
        const on = ancestors.at(-1) as ASTNode & { readonly directives?: readonly DirectiveNode[] };
        const isAgain = on.directives?.findIndex(({ name }) => name.value === node.name.value) !== key;
        facts.add(owner);
        facts.add(fact.directiveAt(node.name.value, executableLocationOf(on) ?? ''));
        if (isAgain) facts.add(fact.directiveTwice(node.name.value));
        const defined = types.getDirective()?.args ?? [];
        addArguments({ schema, owner, defined, given: node.arguments, variables }, facts);
      },
    }),
  );
}

interface ArgumentUses {
  readonly schema: GraphQLSchema;
  /** What has the arguments, as the fact of it. */
  readonly owner: string;
  readonly defined: readonly GraphQLArgument[];
  readonly given: readonly ArgumentNode[] | undefined;
  readonly variables: ReadonlyMap<string, VariableDefinitionNode>;
}

function addArguments(uses: ArgumentUses, facts: Set<string>): void {
  for (const argument of uses.defined)
    addArgument(
      uses,
      argument,
      uses.given?.find(({ name }) => name.value === argument.name),
      facts,
    );
}

function addArgument(
  { schema, owner, variables }: ArgumentUses,
  argument: GraphQLArgument,
  given: ArgumentNode | undefined,
  facts: Set<string>,
): void {
  const mayBeNull = given !== undefined && isOrMayBeNull(given, variables);
  if (given === undefined || mayBeNull) facts.add(fact.noArgument(owner, argument.name));
  if (mayBeNull) facts.add(fact.nullArgument(owner, argument.name));
  if (given === undefined) return;
  facts.add(fact.argument(owner, argument.name));
  const type = getNamedType(argument.type);
  if (given.value.kind === Kind.ENUM) facts.add(fact.enumValue(type.name, given.value.value));
  else addInput(type.name, schema, facts);
  facts.add(fact.type(type.name));
}

/** A variable with a default counts as never null, as it does when an operation is validated. */
function isOrMayBeNull({ value }: ArgumentNode, variables: ArgumentUses['variables']): boolean {
  if (value.kind !== Kind.VARIABLE) return value.kind === Kind.NULL;
  const variable = variables.get(value.name.value);
  const hasDefault = variable?.defaultValue !== undefined && variable.defaultValue.kind !== Kind.NULL;
  return variable?.type.kind !== Kind.NON_NULL_TYPE && !hasDefault;
}

/** A condition holds for the types that both sides have in common, as long as they have. */
function addConditions(
  schema: GraphQLSchema,
  sides: readonly [parent: GraphQLNamedType, condition: GraphQLNamedType | undefined],
  facts: Set<string>,
): void {
  const [parent, condition] = sides.map(possibleTypesOf(schema));
  for (const type of parent ?? [])
    if (condition?.has(type) === true && sides[0] !== sides[1])
      for (const side of sides) if (isAbstractType(side)) facts.add(fact.condition(side.name, type));
}

const possibleTypesOf =
  (schema: GraphQLSchema) =>
  (type: GraphQLNamedType | undefined): ReadonlySet<string> =>
    new Set(
      isAbstractType(type)
        ? schema.getPossibleTypes(type).map(({ name }) => name)
        : type === undefined
          ? []
          : [type.name],
    );

/** Types that are given, and through their fields may be. */
function addInput(name: string, schema: GraphQLSchema, facts: Set<string>): void {
  const type = schema.getType(name);
  if (isEnumType(type)) {
    facts.add(fact.enumOpen(name));
    facts.add(fact.type(name));
  }
  if (!isInputObjectType(type) || facts.has(fact.input(name))) return;
  facts.add(fact.input(name));
  facts.add(fact.type(name));
  for (const field of Object.values(type.getFields())) addInput(getNamedType(field.type).name, schema, facts);
}

/** Who selects a field of an interface gets it from any of its types. */
function addImplementations(schema: GraphQLSchema, coordinate: string, facts: Set<string>): void {
  const [typeName = '', field = ''] = coordinate.split('.');
  const type = schema.getType(typeName);
  if (!isInterfaceType(type)) return;
  for (const { name } of schema.getPossibleTypes(type)) facts.add(fact.field(name, field));
}
