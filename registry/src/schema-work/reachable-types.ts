import { Kind, visit, type ConstDirectiveNode, type DocumentNode, type TypeDefinitionNode } from 'graphql';
import { isExecutableLocation } from './executable-location.ts';

type IsHiddenField = (
  type: TypeDefinitionNode,
  field: { readonly directives?: readonly ConstDirectiveNode[] },
) => boolean;

/** Types that operations can get to, from the root types and from directives that operations may hold. */
export function reachableTypes(
  document: DocumentNode,
  hidden: ReadonlySet<string>,
  isHiddenField: IsHiddenField,
): ReadonlySet<string> {
  const types = new Map<string, TypeDefinitionNode>();
  const implementations = new Map<string, string[]>();
  const waiting = ['Query', 'Mutation', 'Subscription'];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.SCHEMA_DEFINITION)
      waiting.push(...definition.operationTypes.map(({ type }) => type.name.value));
    if (
      definition.kind === Kind.DIRECTIVE_DEFINITION &&
      definition.locations.some(({ value }) => isExecutableLocation(value))
    )
      waiting.push(...namesIn(definition));
    if (!('name' in definition) || !definition.kind.endsWith('TypeDefinition')) continue;
    const type = definition as TypeDefinitionNode;
    types.set(type.name.value, type);
    for (const { name } of 'interfaces' in type ? (type.interfaces ?? []) : [])
      implementations.set(name.value, [...(implementations.get(name.value) ?? []), type.name.value]);
  }
  const reached = new Set<string>();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const type = types.get(name);
    if (type === undefined || reached.has(name) || hidden.has(name)) continue;
    reached.add(name);
    const visible = visit(type, {
      // What composition says of a type names others only as text.
      Directive: () => null,
      FieldDefinition: (field) => (isHiddenField(type, field) ? null : undefined),
    });
    waiting.push(...namesIn(visible), ...(implementations.get(name) ?? []));
  }
  return reached;
}

function namesIn(node: Parameters<typeof visit>[0] | null): readonly string[] {
  const names: string[] = [];
  if (node !== null) visit(node, { NamedType: ({ name }) => void names.push(name.value) });
  return names;
}
