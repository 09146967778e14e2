import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

/**
 * A scalar that is text on the wire.
 *
 * @param what Completes "The value is not ...", with an example.
 * @param parse The value resolvers get, or undefined when the text is not one.
 */
export function textScalar<T>(
  name: string,
  what: string,
  parse: (text: string) => T | undefined,
): GraphQLScalarType<T, string> {
  const parseValue = (value: unknown): T => {
    const parsed = typeof value === 'string' ? parse(value) : undefined;
    if (parsed !== undefined) return parsed;
    throw new GraphQLError(`The value is not ${what}.`, { extensions: { code: 'BAD_USER_INPUT' } });
  };
  return new GraphQLScalarType<T, string>({
    name,
    parseValue,
    parseLiteral: (node: ValueNode) => parseValue(node.kind === Kind.STRING ? node.value : undefined),
    serialize: (value) => {
      const text = String(value);
      parseValue(text);
      return text;
    },
  });
}
