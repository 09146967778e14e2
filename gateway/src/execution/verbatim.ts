/**
 * Whether data is exactly what the response writer would write: then its text can be passed on as it came.
 *
 * Most answers that come from one subgraph are. Checking is much less work than writing: no text is made. Every
 * check of the writer is made here too; whatever is not exactly as selected is left to the writer.
 */
import {
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type SelectionSetNode,
} from 'graphql';
import { collectFields } from './collect-fields.ts';
import { isInt, textsOf } from './complete-leaf.ts';
import { isJsonObject, type JsonObject } from './own.ts';
import type { WriterOptions } from './write-response.ts';

type Check = (value: unknown) => boolean;

interface FieldCheck {
  readonly key: string;
  readonly check: Check;
}

/** Measured: what checks the objects of a type at one place, and each of their fields. */
const OBJECT_BYTES = 300;
const FIELD_BYTES = 400;

export function createVerbatimCheck(
  { schema, collector, onGrown }: WriterOptions,
  rootType: GraphQLObjectType,
  rootSelectionSet: SelectionSetNode,
): (data: JsonObject) => boolean {
  const objectCheck = (
    selectionSets: readonly SelectionSetNode[],
    type: GraphQLObjectType,
  ): ((value: JsonObject) => boolean) => {
    const fields = [...collectFields(collector, selectionSets, type.name)].map(([key, nodes]): FieldCheck => {
      const name = nodes[0]?.name.value ?? '';
      if (name === '__typename') return { key, check: (value) => value === type.name };
      const fieldType = type.getFields()[name]?.type;
      const below = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
      return { key, check: fieldType === undefined ? () => false : valueCheck(fieldType, below) };
    });
    onGrown(OBJECT_BYTES + FIELD_BYTES * fields.length);
    return (value) => {
      let index = 0;
      // Names that objects inherit are not enumerated: what is found here is the object's own.
      for (const key in value) {
        const field = fields[index++];
        if (field?.key !== key || !field.check(value[key])) return false;
      }
      return index === fields.length;
    };
  };

  const valueCheck = (type: GraphQLOutputType, selectionSets: readonly SelectionSetNode[]): Check => {
    if (isNonNullType(type)) {
      const check = valueCheck(type.ofType, selectionSets);
      return (value) => value !== null && check(value);
    }
    if (isListType(type)) {
      const check = valueCheck(type.ofType, selectionSets);
      return (value) => value === null || (Array.isArray(value) && value.every(check));
    }
    if (isLeafType(type)) {
      const check = leafCheck(type);
      return (value) => value === null || check(value);
    }
    const checks = new Map<unknown, ((value: JsonObject) => boolean) | undefined>();
    const checkFor = (typename: unknown) => {
      if (!checks.has(typename)) {
        const runtimeType = isObjectType(type) ? type : schema.getType(String(typename));
        const fits =
          isObjectType(runtimeType) && (runtimeType === type || schema.isSubType(type as never, runtimeType));
        checks.set(typename, fits ? objectCheck(selectionSets, runtimeType) : undefined);
      }
      return checks.get(typename);
    };
    const isConcrete = isObjectType(type);
    return (value) =>
      value === null ||
      (isJsonObject(value) && checkFor(isConcrete ? undefined : value['__typename'])?.(value) === true);
  };

  return objectCheck([rootSelectionSet], rootType);
}

const SCALARS: Readonly<Record<string, Check>> = {
  Int: isInt,
  Float: (value) => typeof value === 'number',
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  // A number would have to be written as text.
  ID: (value) => typeof value === 'string',
};

function leafCheck(type: GraphQLLeafType): Check {
  if (isEnumType(type)) {
    const texts = textsOf(type);
    return (value) => texts.has(value);
  }
  return (isSpecifiedScalarType(type) ? SCALARS[type.name] : undefined) ?? (() => true);
}
