import {
  Kind,
  parse,
  print,
  visit,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type TypeDefinitionNode,
} from 'graphql';
import { isHiddenMember, isHiddenType, tagsOf } from './hidden-by-tags.ts';
import { loadComposed } from './compose.ts';
import type { Composition, ContractToFilter } from './protocol.ts';
import { reachableTypes } from './reachable-types.ts';

const URL_OF_INACCESSIBLE = 'https://specs.apollo.dev/inaccessible/v0.2';
const SUPPORT = parse(
  `directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION`,
);
const INACCESSIBLE = directive('@inaccessible');
const LINK = directive(`@link(url: "${URL_OF_INACCESSIBLE}", for: SECURITY)`);

/**
 * A contract: the supergraph with everything marked @inaccessible that the filter takes away. So a gateway can still
 * resolve by what clients do not see, keys for example.
 *
 * @see https://www.apollographql.com/docs/graphos/platform/schema-management/delivery/contracts/overview
 */
export function filterByTags({ supergraphSdl, filter }: ContractToFilter): Composition {
  const source = parse(supergraphSdl, { noLocation: true });
  const types = source.definitions.filter(isOwnType);
  const hidden = new Set(types.filter((type) => isHiddenType(type, filter)).map(({ name }) => name.value));
  // A union is left with nothing when its members are, and they are known only now.
  for (const type of types)
    if (
      type.kind === Kind.UNION_TYPE_DEFINITION &&
      type.types?.every(({ name }) => hidden.has(name.value)) === true
    )
      hidden.add(type.name.value);
  if (filter.hideUnreachableTypes) {
    const isHiddenField = (
      type: TypeDefinitionNode,
      member: { readonly directives?: readonly ConstDirectiveNode[] },
    ) => isHiddenMember(type, member, filter);
    const reachable = reachableTypes(source, hidden, isHiddenField);
    for (const type of types)
      if (!reachable.has(type.name.value) && !tagsOf(type).some((tag) => filter.include.includes(tag)))
        hidden.add(type.name.value);
  }
  return loadComposed(print(withSupport(mark(source, hidden, filter))), []);
}

function mark(
  source: DocumentNode,
  hidden: ReadonlySet<string>,
  filter: ContractToFilter['filter'],
): DocumentNode {
  const definitions = source.definitions.map((definition): DefinitionNode => {
    if (!isOwnType(definition)) return definition;
    if (hidden.has(definition.name.value)) return withInaccessible(definition);
    const markMember = <T extends Markable>(member: T): T | undefined =>
      isHiddenMember(definition, member, filter) ? withInaccessible(member) : undefined;
    const markExcluded = <T extends Markable>(member: T): T | undefined =>
      tagsOf(member).some((tag) => filter.exclude.includes(tag)) ? withInaccessible(member) : undefined;
    return visit(definition, {
      FieldDefinition: markMember,
      EnumValueDefinition: markExcluded,
      InputValueDefinition: markExcluded,
    });
  });
  return { ...source, definitions };
}

interface Markable {
  readonly directives?: readonly ConstDirectiveNode[];
}

const withInaccessible = <T extends Markable>(node: T): T =>
  node.directives?.some(({ name }) => name.value === 'inaccessible') === true
    ? node
    : { ...node, directives: [...(node.directives ?? []), INACCESSIBLE] };

function withSupport(document: DocumentNode): DocumentNode {
  const isKnown = document.definitions.some(
    (each) => each.kind === Kind.DIRECTIVE_DEFINITION && each.name.value === 'inaccessible',
  );
  if (isKnown) return document;
  return {
    ...document,
    definitions: [
      ...document.definitions.map((each) =>
        each.kind === Kind.SCHEMA_DEFINITION
          ? { ...each, directives: [...(each.directives ?? []), LINK] }
          : each,
      ),
      ...SUPPORT.definitions,
    ],
  };
}

/** Not one that composition adds: join__Graph, link__Import. */
const isOwnType = (definition: DefinitionNode): definition is TypeDefinitionNode =>
  definition.kind.endsWith('TypeDefinition') && !(definition as TypeDefinitionNode).name.value.includes('__');

function directive(text: string): ConstDirectiveNode {
  const [definition] = parse(`scalar A ${text}`, { noLocation: true }).definitions;
  const [node] = (definition as TypeDefinitionNode).directives ?? [];
  if (node === undefined) throw new Error(`unreachable: ${text} is no directive`);
  return node;
}
