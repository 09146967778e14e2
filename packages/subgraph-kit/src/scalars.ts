import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import {
  CountryCodeResolver,
  DateTimeResolver,
  EmailAddressResolver,
  LocaleResolver,
  PhoneNumberResolver,
  SafeIntResolver,
  URLResolver,
} from 'graphql-scalars';
import { isCurrency } from './money.ts';

function parseCurrency(value: unknown): string {
  if (typeof value === 'string' && isCurrency(value)) return value;
  throw new GraphQLError(`${JSON.stringify(value)} is not an ISO 4217 currency code, such as "EUR".`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

const CurrencyCode = new GraphQLScalarType({
  name: 'CurrencyCode',
  serialize: parseCurrency,
  parseValue: parseCurrency,
  parseLiteral: (node: ValueNode) => parseCurrency(node.kind === Kind.STRING ? node.value : undefined),
});

/** Resolvers of the scalars the contracts share; a subgraph spreads in those its SDL declares. */
export const scalars = {
  CountryCode: CountryCodeResolver,
  CurrencyCode,
  DateTime: DateTimeResolver,
  EmailAddress: EmailAddressResolver,
  Locale: LocaleResolver,
  PhoneNumber: PhoneNumberResolver,
  SafeInt: SafeIntResolver,
  URL: URLResolver,
} as const;
