/**
 * `@requires(fields: "price(currency: \"USD\")")`, made safe for the planner.
 *
 * The planner knows selections by their response names alone, and a field set cannot have aliases: `price` with
 * one argument, required, and `price` with another, asked for by the client or required by a second field, are
 * one to it, and one of them is lost. So the planner is given a supergraph in which every required field with
 * arguments is a field of its own, without arguments; its plans are translated back.
 */
import {
  Kind,
  parse,
  print,
  visit,
  type ArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

export interface RequiredField {
  /** The real field. */
  readonly name: string;
  readonly arguments: readonly ArgumentNode[];
}

export interface SeparatedArguments {
  readonly supergraph: DocumentNode;
  /** What each stand-in stands for, by its name; a name is unique in the whole supergraph. */
  readonly standIns: ReadonlyMap<string, RequiredField>;
  /** Names of the stand-ins that a field requires, by `Type.field`. */
  readonly required: ReadonlyMap<string, readonly string[]>;
}

type Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

export function separateRequiredArguments(supergraph: DocumentNode): SeparatedArguments {
  const types = new Map<string, Composite>();
  for (const definition of supergraph.definitions) {
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION)
      types.set(definition.name.value, definition);
  }
  const taken = new Set(
    [...types.values()].flatMap(({ fields }) => (fields ?? []).map(({ name }) => name.value)),
  );
  const withArguments = namesWithArguments(supergraph);
  const standIns = new Map<string, RequiredField>();
  const nameOf = new Map<string, string>();
  const added = new Map<string, Map<string, FieldDefinitionNode>>();
  const required = new Map<string, string[]>();

  const standInFor = (typename: string, { name, arguments: args = [] }: FieldNode): string => {
    const key = `${typename}.${name.value}(${args.map(print).sort().join()})`;
    let standIn = nameOf.get(key);
    if (standIn === undefined) {
      for (let n = 1; standIn === undefined || taken.has(standIn); n += 1) standIn = `${name.value}_${n}`;
      taken.add(standIn);
      nameOf.set(key, standIn);
      standIns.set(standIn, { name: name.value, arguments: args });
      for (const [owner, definition] of fieldsNamed(types, typename, name.value)) {
        const fields = added.get(owner) ?? new Map<string, FieldDefinitionNode>();
        added.set(owner, fields.set(standIn, withoutArguments(definition, standIn)));
      }
    }
    return standIn;
  };

  const rewrite = (set: SelectionSetNode, typename: string, used: string[]): SelectionSetNode => ({
    ...set,
    selections: set.selections.map((selection): SelectionNode => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const on = selection.typeCondition?.name.value ?? typename;
        return { ...selection, selectionSet: rewrite(selection.selectionSet, on, used) };
      }
      const definition = types.get(typename)?.fields?.find(({ name }) => name.value === selection.name.value);
      const below = selection.selectionSet;
      const nested =
        below === undefined || definition === undefined
          ? selection
          : { ...selection, selectionSet: rewrite(below, namedTypeOf(definition), used) };
      const hasArguments = (selection.arguments ?? []).length > 0;
      // One that leaves them all out too, when it is required with some elsewhere.
      if (!hasArguments && !withArguments.has(selection.name.value)) return nested;
      const standIn = standInFor(typename, selection);
      used.push(standIn);
      return { ...nested, name: { kind: Kind.NAME, value: standIn }, arguments: [] };
    }),
  });

  const rewriteRequires = (typename: string, field: FieldDefinitionNode): FieldDefinitionNode => ({
    ...field,
    directives: (field.directives ?? []).map((directive) =>
      mapRequires(directive, (fieldSet) => {
        const used: string[] = [];
        const rewritten = rewrite(parseFieldSet(fieldSet), typename, used);
        if (used.length === 0) return fieldSet;
        const coordinate = `${typename}.${field.name.value}`;
        required.set(coordinate, [...(required.get(coordinate) ?? []), ...used]);
        return rewritten.selections.map(print).join(' ');
      }),
    ),
  });

  const rewriteType = <T extends Composite>(type: T): T => ({
    ...type,
    fields: type.fields?.map((field) => rewriteRequires(type.name.value, field)),
  });
  const addStandIns = <T extends Composite>(type: T): T => {
    // Added after the rewrite of the others: a stand-in requires what its field requires, separated too.
    const fields = [...(added.get(type.name.value)?.values() ?? [])].map((field) =>
      rewriteRequires(type.name.value, field),
    );
    return { ...type, fields: [...(type.fields ?? []), ...fields] };
  };
  const rewritten = visit(supergraph, {
    ObjectTypeDefinition: rewriteType,
    InterfaceTypeDefinition: rewriteType,
  });
  if (standIns.size === 0) return { supergraph, standIns, required };
  return {
    supergraph: visit(rewritten, { ObjectTypeDefinition: addStandIns, InterfaceTypeDefinition: addStandIns }),
    standIns,
    required,
  };
}

/** Names of fields that are required with arguments somewhere. */
function namesWithArguments(supergraph: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(supergraph, {
    Argument: ({ name, value }) => {
      if (name.value !== 'requires' || value.kind !== Kind.STRING) return;
      for (const [, field = ''] of value.value.matchAll(/(\w+)\s*\(/g)) names.add(field);
    },
  });
  return names;
}

/** A field of a type, and of all that implement it when that is an interface. */
function fieldsNamed(
  types: ReadonlyMap<string, Composite>,
  typename: string,
  field: string,
): (readonly [string, FieldDefinitionNode])[] {
  const isInterface = types.get(typename)?.kind === Kind.INTERFACE_TYPE_DEFINITION;
  return [...types].flatMap(([name, { interfaces = [], fields = [] }]) => {
    const concerned =
      name === typename || (isInterface && interfaces.some((each) => each.name.value === typename));
    const definition = concerned ? fields.find((each) => each.name.value === field) : undefined;
    return definition === undefined ? [] : [[name, definition] as const];
  });
}

const withoutArguments = (field: FieldDefinitionNode, name: string): FieldDefinitionNode => ({
  ...field,
  name: { kind: Kind.NAME, value: name },
  arguments: [],
});

function namedTypeOf({ type }: FieldDefinitionNode): string {
  let named = type;
  while (named.kind !== Kind.NAMED_TYPE) named = named.type;
  return named.name.value;
}

function parseFieldSet(text: string): SelectionSetNode {
  const [operation] = parse(`{${text}}`, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError(`not a field set: ${text}`);
  return operation.selectionSet;
}

function mapRequires(
  directive: ConstDirectiveNode,
  change: (fieldSet: string) => string,
): ConstDirectiveNode {
  if (directive.name.value !== 'join__field') return directive;
  return {
    ...directive,
    arguments: (directive.arguments ?? []).map((argument) =>
      argument.name.value === 'requires' && argument.value.kind === Kind.STRING
        ? { ...argument, value: { ...argument.value, value: change(argument.value.value) } }
        : argument,
    ),
  };
}
