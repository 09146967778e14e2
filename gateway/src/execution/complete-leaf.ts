import { isEnumType, isSpecifiedScalarType, type GraphQLLeafType } from 'graphql';

const MAX_INT = 2 ** 31 - 1;
const MIN_INT = -(2 ** 31);

/** Checks of the scalars that the specification defines; what is custom passes as it is. */
const SCALARS: Readonly<Record<string, (value: unknown) => unknown>> = {
  Int: (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= MIN_INT && value <= MAX_INT
      ? value
      : undefined,
  Float: (value) => (typeof value === 'number' ? value : undefined),
  String: (value) => (typeof value === 'string' ? value : undefined),
  Boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  ID: (value) => (typeof value === 'string' ? value : Number.isInteger(value) ? String(value) : undefined),
};

/**
 * A leaf as the client may see it, or undefined when it is not one of its type: an enum value that the API
 * hides, a string where a number belongs.
 *
 * @see https://spec.graphql.org/October2021/#sec-Scalars.Result-Coercion
 */
export function completeLeaf(type: GraphQLLeafType, value: unknown): unknown {
  if (isEnumType(type))
    return typeof value === 'string' && type.getValue(value) !== undefined ? value : undefined;
  return isSpecifiedScalarType(type) ? SCALARS[type.name]?.(value) : value;
}
