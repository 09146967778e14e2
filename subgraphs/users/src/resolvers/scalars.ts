import { scalars as shared, textScalar } from '@tributary/subgraph-kit';
import { GraphQLError, GraphQLScalarType, valueFromASTUntyped } from 'graphql';

const PHONE_CHARACTERS = /^\+?[\d\s().\-/]{1,40}$/;

/** Whoever takes such a value checks what is in it. */
function toJsonObject(value: unknown): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new GraphQLError('The value is not a JSON object.', { extensions: { code: 'BAD_USER_INPUT' } });
}

/** The scalars of this contract. */
export const scalars = {
  CountryCode: shared.CountryCode,
  DateTime: shared.DateTime,
  EmailAddress: shared.EmailAddress,
  JSON: new GraphQLScalarType({
    name: 'JSON',
    serialize: toJsonObject,
    parseValue: toJsonObject,
    parseLiteral: (node, variables) => toJsonObject(valueFromASTUntyped(node, variables)),
  }),
  Locale: shared.Locale,
  URL: shared.URL,
  /** Lets everything through that can become E.164, so that a form gets a userError and no failed request. */
  PhoneNumber: textScalar('PhoneNumber', 'a phone number', (text) =>
    text.trim() === '' || PHONE_CHARACTERS.test(text.trim()) ? text : undefined,
  ),
};
