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
import { createHiding, type Hiding, type Tagged } from './hidden-by-tags.ts';
import { loadComposed } from './compose.ts';
import { INACCESSIBLE, linkedDirective, linkedNamespaces, TAG } from './linked-directive.ts';
import type { Composition, ContractToFilter } from './protocol.ts';
import { reachableTypes } from './reachable-types.ts';

/**
 * A contract: the supergraph with everything marked @inaccessible that the filter takes away. So a gateway can still
 * resolve by what clients do not see, keys for example.
 *
 * @see https://www.apollographql.com/docs/graphos/platform/schema-management/delivery/contracts/overview
 */
export function filterByTags({ supergraphSdl, filter }: ContractToFilter): Composition {
  const source = parse(supergraphSdl, { noLocation: true });
  const hiding = createHiding(filter, linkedDirective(source, TAG));
  const isOwnType = ownTypeOf(source);
  const types = source.definitions.filter(isOwnType);
  const hidden = new Set(types.filter((type) => hiding.isHiddenType(type)).map(({ name }) => name.value));
  // A union is left with nothing when its members are, and they are known only now.
  for (const type of types)
    if (
      type.kind === Kind.UNION_TYPE_DEFINITION &&
      type.types?.every(({ name }) => hidden.has(name.value)) === true
    )
      hidden.add(type.name.value);
  if (filter.hideUnreachableTypes) {
    const reachable = reachableTypes(source, hidden, hiding.isHiddenMember);
    for (const type of types)
      if (!reachable.has(type.name.value) && !hiding.isIncluded(type)) hidden.add(type.name.value);
  }
  const linked = linkedDirective(source, INACCESSIBLE);
  const name = linked ?? freeName(source);
  const marked = mark(source, hidden, hiding, name);
  return loadComposed(print(linked === undefined ? withLink(marked, name) : marked), []);
}

function mark(
  source: DocumentNode,
  hidden: ReadonlySet<string>,
  hiding: Hiding,
  inaccessible: string,
): DocumentNode {
  const node = directive(`@${inaccessible}`);
  const asHidden = <T extends Tagged>(part: T): T =>
    part.directives?.some(({ name }) => name.value === inaccessible) === true
      ? part
      : { ...part, directives: [...(part.directives ?? []), node] };
  const isOwnType = ownTypeOf(source);
  const definitions = source.definitions.map((definition): DefinitionNode => {
    if (!isOwnType(definition)) return definition;
    if (hidden.has(definition.name.value)) return asHidden(definition);
    const markMember = <T extends Tagged>(member: T): T | undefined =>
      hiding.isHiddenMember(definition, member) ? asHidden(member) : undefined;
    const markExcluded = <T extends Tagged>(member: T): T | undefined =>
      hiding.isExcluded(member) ? asHidden(member) : undefined;
    return visit(definition, {
      FieldDefinition: markMember,
      EnumValueDefinition: markExcluded,
      InputValueDefinition: markExcluded,
    });
  });
  return { ...source, definitions };
}

/** `inaccessible`, unless the schema has another directive of that name. */
function freeName({ definitions }: DocumentNode): string {
  const isTaken = definitions.some(
    (each) => each.kind === Kind.DIRECTIVE_DEFINITION && each.name.value === 'inaccessible',
  );
  return isTaken ? 'contractInaccessible' : 'inaccessible';
}

function withLink(document: DocumentNode, name: string): DocumentNode {
  const as = name === 'inaccessible' ? '' : `, as: "${name}"`;
  const link = directive(`@link(url: "${INACCESSIBLE}/v0.2"${as}, for: SECURITY)`);
  const support = parse(
    `directive @${name} on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION`,
    { noLocation: true },
  );
  return {
    ...document,
    definitions: [
      ...document.definitions.map((each) =>
        each.kind === Kind.SCHEMA_DEFINITION
          ? { ...each, directives: [...(each.directives ?? []), link] }
          : each,
      ),
      ...support.definitions,
    ],
  };
}

/** Tells types from those that composition adds for what it links: join__Graph, link__Import. */
function ownTypeOf(document: DocumentNode) {
  const namespaces = linkedNamespaces(document);
  return (definition: DefinitionNode): definition is TypeDefinitionNode => {
    if (!definition.kind.endsWith('TypeDefinition')) return false;
    const { value } = (definition as TypeDefinitionNode).name;
    return !namespaces.has(value.slice(0, Math.max(0, value.indexOf('__'))));
  };
}

function directive(text: string): ConstDirectiveNode {
  const [definition] = parse(`scalar A ${text}`, { noLocation: true }).definitions;
  const [node] = (definition as TypeDefinitionNode).directives ?? [];
  if (node === undefined) throw new Error(`unreachable: ${text} is no directive`);
  return node;
}
