import { isAbstractType, isObjectType, type GraphQLSchema } from 'graphql';

/** Whether an object of type `typename` is one that a type condition selects. */
export type TypeConditions = (condition: string, typename: string) => boolean;

/**
 * Names of the types that the condition of an abstract type selects.
 *
 * @param schema The supergraph: it knows types that the API hides.
 */
export function typeMembersOf(schema: GraphQLSchema): ReadonlyMap<string, readonly string[]> {
  const types = Object.values(schema.getTypeMap());
  return new Map(
    types.filter(isAbstractType).map((type) => [
      type.name,
      [
        ...schema.getPossibleTypes(type),
        // An interface object stands for its interface: data may carry an interface's own name as its typename.
        ...types.filter(
          (other) =>
            isAbstractType(other) &&
            !isObjectType(other) &&
            'getInterfaces' in other &&
            schema.isSubType(type, other),
        ),
      ].map(({ name }) => name),
    ]),
  );
}

export function compileTypeConditions(typeMembers: ReadonlyMap<string, readonly string[]>): TypeConditions {
  const members = new Map([...typeMembers].map(([condition, names]) => [condition, new Set(names)]));
  return (condition, typename) => condition === typename || (members.get(condition)?.has(typename) ?? false);
}
