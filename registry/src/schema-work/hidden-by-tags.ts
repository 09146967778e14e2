import { Kind, type ConstDirectiveNode, type TypeDefinitionNode } from 'graphql';
import type { TagFilter } from './protocol.ts';

export interface Tagged {
  readonly directives?: readonly ConstDirectiveNode[];
}

export interface Hiding {
  /** Whether a tag takes the part of the schema away that has it itself. */
  isExcluded(part: Tagged): boolean;
  /** Whether a tag has the part of the schema stay that has it itself. */
  isIncluded(part: Tagged): boolean;
  /** Whether the filter takes away a field of the type; the type's tags are its fields' too. */
  isHiddenMember(type: TypeDefinitionNode, member: Tagged): boolean;
  /** Whether the filter takes away the type: named by it, or left with nothing. */
  isHiddenType(type: TypeDefinitionNode): boolean;
}

/** @param tagDirective What the schema calls `@tag`; undefined: it has none. */
export function createHiding(filter: TagFilter, tagDirective: string | undefined): Hiding {
  const tagsOf = ({ directives }: Tagged): readonly string[] =>
    (directives ?? []).flatMap(({ name, arguments: given }) => {
      const value = given?.find((each) => each.name.value === 'name')?.value;
      return name.value === tagDirective && value?.kind === Kind.STRING ? [value.value] : [];
    });
  const isExcluded = (part: Tagged): boolean => tagsOf(part).some((tag) => filter.exclude.includes(tag));
  const isIncluded = (part: Tagged): boolean => tagsOf(part).some((tag) => filter.include.includes(tag));
  const isHiddenMember: Hiding['isHiddenMember'] = (type, member) => {
    if (isExcluded(type) || isExcluded(member)) return true;
    const isOutput =
      type.kind === Kind.OBJECT_TYPE_DEFINITION || type.kind === Kind.INTERFACE_TYPE_DEFINITION;
    return isOutput && filter.include.length > 0 && !isIncluded(type) && !isIncluded(member);
  };
  return {
    isExcluded,
    isIncluded,
    isHiddenMember,
    isHiddenType: (type) => {
      if (isExcluded(type)) return true;
      switch (type.kind) {
        case Kind.SCALAR_TYPE_DEFINITION:
          return false;
        case Kind.UNION_TYPE_DEFINITION:
          return filter.include.length > 0 && !isIncluded(type);
        case Kind.ENUM_TYPE_DEFINITION:
          return (type.values ?? []).every((value) => isHiddenMember(type, value));
        case Kind.OBJECT_TYPE_DEFINITION:
        case Kind.INTERFACE_TYPE_DEFINITION:
        case Kind.INPUT_OBJECT_TYPE_DEFINITION:
          return [...(type.fields ?? [])].every((field) => isHiddenMember(type, field));
      }
    },
  };
}
