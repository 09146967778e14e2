import { isEnumType, isSpecifiedScalarType, type GraphQLEnumType, type GraphQLLeafType } from 'graphql';
import { exactDigits, writeJson, type Quote } from './json.ts';

const MAX_INT = 2 ** 31 - 1;
const MIN_INT = -(2 ** 31);

/** Thirty-two bits, with a sign. */
export const isInt = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= MIN_INT && value <= MAX_INT;

/** JSON text of a leaf, or undefined for a value that is not one of its type. */
export type LeafWriter = (value: unknown) => string | undefined;

const scalars = (quote: Quote): Readonly<Record<string, LeafWriter>> => ({
  Int: (value) => (isInt(value) ? String(value) : undefined),
  Float: (value) => (typeof value === 'number' ? String(value) : exactDigits(value)),
  String: (value) => (typeof value === 'string' ? quote(value) : undefined),
  Boolean: (value) => (typeof value === 'boolean' ? String(value) : undefined),
  ID: (value) => {
    if (typeof value === 'string') return quote(value);
    if (Number.isInteger(value)) return `"${String(value)}"`;
    const digits = exactDigits(value);
    return digits !== undefined && /^-?\d+$/.test(digits) ? `"${digits}"` : undefined;
  },
});

/**
 * How values of a leaf type are written: an enum value that the API hides or a string where a number belongs is
 * refused; what a custom scalar means is its subgraph's business, and passes as it is.
 *
 * @see https://spec.graphql.org/October2021/#sec-Scalars.Result-Coercion
 */
export function leafWriter(type: GraphQLLeafType, quote: Quote): LeafWriter {
  if (isEnumType(type)) {
    const texts = textsOf(type);
    return (value) => texts.get(value);
  }
  return (isSpecifiedScalarType(type) ? scalars(quote)[type.name] : undefined) ?? writeJson;
}

const enums = new WeakMap<GraphQLEnumType, ReadonlyMap<unknown, string>>();

/** JSON text of the values of an enum, made once: an operation may ask for thousands of fields of one. */
export function textsOf(type: GraphQLEnumType): ReadonlyMap<unknown, string> {
  let texts = enums.get(type);
  // Nothing in a name has to be escaped.
  if (texts === undefined)
    enums.set(type, (texts = new Map(type.getValues().map(({ name }) => [name, `"${name}"`]))));
  return texts;
}
