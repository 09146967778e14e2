import { Kind, type ConstDirectiveNode, type TypeDefinitionNode } from 'graphql';
import type { TagFilter } from './protocol.ts';

interface Tagged {
  readonly directives?: readonly ConstDirectiveNode[];
}

export const tagsOf = ({ directives }: Tagged): readonly string[] =>
  (directives ?? []).flatMap(({ name, arguments: given }) => {
    const value = given?.find((each) => each.name.value === 'name')?.value;
    return name.value === 'tag' && value?.kind === Kind.STRING ? [value.value] : [];
  });

/** Whether the filter takes away a field of the type; the type's tags are its fields' too. */
export function isHiddenMember(type: TypeDefinitionNode, member: Tagged, filter: TagFilter): boolean {
  const tags = [...tagsOf(type), ...tagsOf(member)];
  if (tags.some((tag) => filter.exclude.includes(tag))) return true;
  const isOutput = type.kind === Kind.OBJECT_TYPE_DEFINITION || type.kind === Kind.INTERFACE_TYPE_DEFINITION;
  return isOutput && filter.include.length > 0 && !tags.some((tag) => filter.include.includes(tag));
}

/** Whether the filter takes away the type: named by it, or left with nothing. */
export function isHiddenType(type: TypeDefinitionNode, filter: TagFilter): boolean {
  const tags = tagsOf(type);
  if (tags.some((tag) => filter.exclude.includes(tag))) return true;
  switch (type.kind) {
    case Kind.SCALAR_TYPE_DEFINITION:
      return false;
    case Kind.UNION_TYPE_DEFINITION:
      return filter.include.length > 0 && !tags.some((tag) => filter.include.includes(tag));
    case Kind.ENUM_TYPE_DEFINITION:
      return (type.values ?? []).every((value) => isHiddenMember(type, value, filter));
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return [...(type.fields ?? [])].every((field) => isHiddenMember(type, field, filter));
  }
}
