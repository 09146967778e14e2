import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  isSpecifiedScalarType,
  type GraphQLInputType,
} from 'graphql';
import { isInt } from '../execution/complete-leaf.ts';
import { isJsonObject } from '../execution/own.ts';

/**
 * Whether a value of a variable is beyond doubt one of its type. What needs a closer look, such as a single value where a
 * list belongs or a number that JavaScript cannot hold, is not; nor is any value of a custom scalar.
 */
export function isSurelyOfType(value: unknown, type: GraphQLInputType): boolean {
  if (isNonNullType(type)) return value !== null && isSurelyOfType(value, type.ofType);
  if (value === null) return true;
  if (isListType(type))
    return Array.isArray(value) && value.every((each) => isSurelyOfType(each, type.ofType));
  if (isEnumType(type)) return typeof value === 'string' && type.getValue(value) !== undefined;
  if (!isInputObjectType(type)) return isSpecifiedScalarType(type) && SCALARS[type.name]?.(value) === true;
  if (!isJsonObject(value) || type.isOneOf) return false;
  const fields = type.getFields();
  for (const name in value) if (!Object.hasOwn(fields, name)) return false;
  for (const name in fields) {
    const field = fields[name];
    if (field === undefined) continue;
    if (Object.hasOwn(value, name) ? !isSurelyOfType(value[name], field.type) : isRequiredInputField(field))
      return false;
  }
  return true;
}

const SCALARS: Readonly<Record<string, (value: unknown) => boolean>> = {
  Int: isInt,
  Float: (value) => typeof value === 'number' && Number.isFinite(value),
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  ID: (value) => typeof value === 'string',
};
