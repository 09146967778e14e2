import { isAbstractType, isObjectType, type GraphQLSchema } from 'graphql';

/** Whether an object of type `typename` is one that a type condition selects. */
export type TypeConditions = (condition: string, typename: string) => boolean;

/** Compiled from the supergraph, which knows types that the API hides. */
export function compileTypeConditions(schema: GraphQLSchema): TypeConditions {
  const members = new Map<string, ReadonlySet<string>>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isAbstractType(type)) continue;
    // An interface object stands for its interface: data may carry an interface's own name as its typename.
    const names = new Set(schema.getPossibleTypes(type).map(({ name }) => name));
    for (const other of Object.values(schema.getTypeMap())) {
      if (
        isAbstractType(other) &&
        !isObjectType(other) &&
        'getInterfaces' in other &&
        schema.isSubType(type, other)
      )
        names.add(other.name);
    }
    members.set(type.name, names);
  }
  return (condition, typename) => condition === typename || (members.get(condition)?.has(typename) ?? false);
}
