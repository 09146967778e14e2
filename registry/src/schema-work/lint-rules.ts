import {
  Kind,
  visit,
  type ASTNode,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type NameNode,
} from 'graphql';

export interface Violation {
  readonly rule: string;
  readonly message: string;
  readonly coordinate: string;
  readonly node: ASTNode;
}

type TypeNode = Extract<DefinitionNode, { readonly name: NameNode; readonly kind: `${string}Type${string}` }>;

const CAMEL_CASE = /^_{0,2}[a-z][a-zA-Z0-9]*$/;
const PASCAL_CASE = /^_{0,2}[A-Z][a-zA-Z0-9]*$/;
const SCREAMING_SNAKE_CASE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;
const VERB = /^(get|list|post|put|patch)[A-Z]/;
const ROOT_TYPES = new Set(['Query', 'Mutation', 'Subscription']);

/** Prefixes and suffixes that repeat what the kind of a type says already. */
const KIND_WORDS: Readonly<Partial<Record<string, readonly [rule: string, word: string]>>> = {
  [Kind.OBJECT_TYPE_DEFINITION]: ['OBJECT', 'Object'],
  [Kind.INTERFACE_TYPE_DEFINITION]: ['INTERFACE', 'Interface'],
  [Kind.ENUM_TYPE_DEFINITION]: ['ENUM', 'Enum'],
};

/**
 * What a schema says in another way than most schemas do, by GraphOS's rules and under its names.
 *
 * @see https://www.apollographql.com/docs/graphos/platform/schema-management/linting/rules
 */
export function* findViolations(document: DocumentNode): Generator<Violation> {
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION) {
      const message = 'A schema file holds no operations.';
      yield {
        rule: 'QUERY_DOCUMENT_DECLARATION',
        message,
        coordinate: definition.name?.value ?? '',
        node: definition,
      };
    } else if (definition.kind === Kind.DIRECTIVE_DEFINITION) {
      yield* directive(definition.name, definition.arguments ?? []);
    } else if (isType(definition)) {
      yield* type(definition);
    }
  }
  yield* uses(document);
}

const isType = (definition: DefinitionNode): definition is TypeNode =>
  'name' in definition && /Type(Definition|Extension)$/.test(definition.kind);

function* directive(name: NameNode, inputs: readonly InputValueDefinitionNode[]): Generator<Violation> {
  const coordinate = `@${name.value}`;
  if (!CAMEL_CASE.test(name.value) && !name.value.includes('__')) {
    const message = 'Directive names should use camelCase style.';
    yield { rule: 'DIRECTIVE_NAMES_SHOULD_BE_CAMEL_CASE', message, coordinate, node: name };
  }
  for (const each of inputs) yield* argument(`${coordinate}(${each.name.value}:)`, each);
}

function* type(definition: TypeNode): Generator<Violation> {
  const { name, kind } = definition;
  const at = { coordinate: name.value, node: name };
  const isExtension = kind.endsWith('Extension');
  // Names with two underscores are those of linked specifications.
  if (!isExtension && !name.value.includes('__')) {
    if (!PASCAL_CASE.test(name.value))
      yield {
        rule: 'TYPE_NAMES_SHOULD_BE_PASCAL_CASE',
        message: 'Type names should use PascalCase style.',
        ...at,
      };
    for (const [rule, word] of [['TYPE', 'Type'] as const, KIND_WORDS[kind] ?? []]) {
      if (rule === undefined || word === undefined) continue;
      if (name.value.startsWith(word))
        yield { rule: `${rule}_PREFIX`, message: `Type names should not begin with "${word}".`, ...at };
      if (name.value.endsWith(word))
        yield { rule: `${rule}_SUFFIX`, message: `Type names should not end with "${word}".`, ...at };
    }
    if (kind === Kind.INPUT_OBJECT_TYPE_DEFINITION && !name.value.endsWith('Input'))
      yield { rule: 'INPUT_TYPE_SUFFIX', message: 'Names of input types should end with "Input".', ...at };
    if (!ROOT_TYPES.has(name.value)) yield* described(definition, name.value);
  }
  if (definition.kind === Kind.ENUM_TYPE_DEFINITION || definition.kind === Kind.ENUM_TYPE_EXTENSION) {
    for (const value of definition.values ?? []) {
      const coordinate = `${name.value}.${value.name.value}`;
      if (!SCREAMING_SNAKE_CASE.test(value.name.value)) {
        const message = 'Enum values should use SCREAMING_SNAKE_CASE style.';
        yield { rule: 'ENUM_VALUES_SHOULD_BE_SCREAMING_SNAKE_CASE', message, coordinate, node: value.name };
      }
      yield* described(value, coordinate);
      yield* deprecated(value.directives, coordinate);
    }
  }
  if ('fields' in definition)
    for (const each of definition.fields ?? []) yield* field(`${name.value}.${each.name.value}`, each);
}

function* field(
  coordinate: string,
  node: FieldDefinitionNode | InputValueDefinitionNode,
): Generator<Violation> {
  const at = { coordinate, node: node.name };
  if (!CAMEL_CASE.test(node.name.value))
    yield {
      rule: 'FIELD_NAMES_SHOULD_BE_CAMEL_CASE',
      message: 'Field names should use camelCase style.',
      ...at,
    };
  yield* described(node, coordinate);
  yield* deprecated(node.directives, coordinate);
  if (node.kind !== Kind.FIELD_DEFINITION) return;
  if (VERB.test(node.name.value))
    yield { rule: 'RESTY_FIELD_NAMES', message: 'Field names should not begin with an HTTP verb.', ...at };
  for (const each of node.arguments ?? []) yield* argument(`${coordinate}(${each.name.value}:)`, each);
}

function* argument(coordinate: string, node: InputValueDefinitionNode): Generator<Violation> {
  if (!CAMEL_CASE.test(node.name.value)) {
    const message = 'Argument names should use camelCase style.';
    yield { rule: 'INPUT_ARGUMENT_NAMES_SHOULD_BE_CAMEL_CASE', message, coordinate, node: node.name };
  }
  yield* described(node, coordinate);
  yield* deprecated(node.directives, coordinate);
}

function* described(
  node: { readonly description?: unknown; readonly name: NameNode },
  coordinate: string,
): Generator<Violation> {
  if (node.description !== undefined) return;
  const message = 'Elements of the schema should have a description.';
  yield { rule: 'ALL_ELEMENTS_REQUIRE_DESCRIPTION', message, coordinate, node: node.name };
}

function* deprecated(
  directives: readonly ConstDirectiveNode[] | undefined,
  coordinate: string,
): Generator<Violation> {
  const found = directives?.find(({ name }) => name.value === 'deprecated');
  if (found === undefined || found.arguments?.some(({ name }) => name.value === 'reason')) return;
  const message = '@deprecated should have a reason.';
  yield { rule: 'DEPRECATED_DIRECTIVE_MISSING_REASON', message, coordinate, node: found };
}

/** What only all definitions together tell. */
function* uses(document: DocumentNode): Generator<Violation> {
  const asInput = new Set<string>();
  const asOutput = new Set<string>();
  const other = new Set<string>();
  const enter = (into: Set<string>) => (node: ASTNode) => {
    visit(node, { Directive: () => false, NamedType: ({ name }) => void into.add(name.value) });
  };
  visit(document, {
    FieldDefinition: ({ type: returned }) => {
      enter(asOutput)(returned);
    },
    InputValueDefinition: ({ type: given }) => {
      enter(asInput)(given);
    },
    UnionTypeDefinition: ({ types }) => {
      types?.forEach(enter(other));
    },
    SchemaDefinition: enter(other),
    SchemaExtension: enter(other),
  });
  for (const definition of document.definitions) {
    if (!isType(definition) || definition.kind.endsWith('Extension')) continue;
    const { name } = definition;
    const isUsed = [asInput, asOutput, other].some((names) => names.has(name.value));
    if (!isUsed && !isEntryPoint(definition)) {
      const message = 'Types should be used by another, or be an entity.';
      yield { rule: 'DEFINED_TYPES_ARE_UNUSED', message, coordinate: name.value, node: name };
    }
    if (definition.kind === Kind.ENUM_TYPE_DEFINITION) yield* enumUse(definition, { asInput, asOutput });
  }
  const contact = document.definitions.some(
    (each) =>
      (each.kind === Kind.SCHEMA_DEFINITION || each.kind === Kind.SCHEMA_EXTENSION) &&
      each.directives?.some(({ name }) => name.value === 'contact'),
  );
  if (!contact && document.definitions[0] !== undefined) {
    const message = 'The schema should say by @contact whose it is.';
    yield { rule: 'CONTACT_DIRECTIVE_MISSING', message, coordinate: '', node: document.definitions[0] };
  }
}

/** Root types, entities, and what implements an interface, are reached in other ways. */
const isEntryPoint = (definition: TypeNode): boolean =>
  ROOT_TYPES.has(definition.name.value) ||
  definition.name.value.includes('__') ||
  definition.directives?.some(({ name }) => name.value === 'key') === true ||
  ('interfaces' in definition && definition.interfaces.length > 0);

function* enumUse(
  { name }: EnumTypeDefinitionNode,
  { asInput, asOutput }: { readonly asInput: ReadonlySet<string>; readonly asOutput: ReadonlySet<string> },
): Generator<Violation> {
  const at = { coordinate: name.value, node: name };
  const hasSuffix = name.value.endsWith('Input');
  if (asInput.has(name.value) && !hasSuffix) {
    const message = 'Enums used as input should end with "Input".';
    yield { rule: 'ENUM_USED_AS_INPUT_WITHOUT_SUFFIX', message, ...at };
  }
  if (asOutput.has(name.value) && hasSuffix) {
    const message = 'Enums used as output should not end with "Input".';
    yield { rule: 'ENUM_USED_AS_OUTPUT_DESPITE_SUFFIX', message, ...at };
  }
}
