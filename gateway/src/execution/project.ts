/**
 * Shapes what the subgraphs said as the client asked: only selected fields, in selection order, each of its
 * declared type, with nulls propagated.
 *
 * @see https://spec.graphql.org/October2021/#sec-Value-Completion
 */
import {
  GraphQLError,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { collectFields, type FieldCollector } from './collect-fields.ts';
import { completeLeaf } from './complete-leaf.ts';
import { getOwn, isJsonObject, setOwn, type JsonObject } from './own.ts';

interface FieldPlan {
  readonly key: string;
  /** `Type.field`, for messages. */
  readonly coordinate: string;
  /** Undefined for `__typename` and for introspection, which is already shaped. */
  readonly type: GraphQLOutputType | undefined;
  readonly isTypename: boolean;
  readonly selectionSets: readonly SelectionSetNode[];
}

export interface Projection {
  readonly data: JsonObject | null;
  /** Values that were not of their type and non-null fields without a value. */
  readonly errors: readonly GraphQLError[];
}

/** Reusable for all requests with the same values of @skip and @include. */
export type Projector = (source: JsonObject) => Projection;

/** A null that a non-null type does not allow: it takes the object around it along. */
const NULLED = Symbol('nulled');

export function createProjector(
  schema: GraphQLSchema,
  collector: FieldCollector,
  rootType: GraphQLObjectType,
  rootSelectionSet: SelectionSetNode,
): Projector {
  // The arrays are made once per field plan, so they identify a selection across all objects of a list.
  const plans = new WeakMap<readonly SelectionSetNode[], Map<string, readonly FieldPlan[]>>();
  const rootSelectionSets = [rootSelectionSet];

  const fieldsOf = (
    selectionSets: readonly SelectionSetNode[],
    type: GraphQLObjectType,
  ): readonly FieldPlan[] => {
    let byType = plans.get(selectionSets);
    if (byType === undefined) plans.set(selectionSets, (byType = new Map<string, readonly FieldPlan[]>()));
    let fields = byType.get(type.name);
    if (fields === undefined) {
      fields = [...collectFields(collector, selectionSets, type.name)].map(([key, nodes]) => {
        const name = nodes[0]?.name.value ?? '';
        return {
          key,
          coordinate: `${type.name}.${name}`,
          type: type.getFields()[name]?.type,
          isTypename: name === '__typename',
          selectionSets: nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
        };
      });
      byType.set(type.name, fields);
    }
    return fields;
  };

  return (source) => {
    const errors: GraphQLError[] = [];
    const path: (string | number)[] = [];
    const fail = (message: string): null => {
      errors.push(new GraphQLError(message, { path: [...path] }));
      return null;
    };

    const completeObject = (
      selectionSets: readonly SelectionSetNode[],
      type: GraphQLObjectType,
      value: JsonObject,
    ): JsonObject | typeof NULLED => {
      const result: JsonObject = {};
      for (const field of fieldsOf(selectionSets, type)) {
        if (field.isTypename) {
          setOwn(result, field.key, type.name);
          continue;
        }
        const present = getOwn(value, field.key);
        if (field.type === undefined) {
          setOwn(result, field.key, present ?? null);
          continue;
        }
        path.push(field.key);
        const completed = completeValue(field.type, field, present);
        path.pop();
        if (completed === NULLED) return NULLED;
        setOwn(result, field.key, completed);
      }
      return result;
    };

    const completeValue = (type: GraphQLOutputType, field: FieldPlan, value: unknown): unknown => {
      if (isNonNullType(type)) {
        const completed = completeValue(type.ofType, field, value);
        if (completed !== null) return completed;
        fail(`Cannot return null for non-nullable field ${field.coordinate}.`);
        return NULLED;
      }
      if (value === null || value === undefined) return null;
      if (isListType(type)) {
        if (!Array.isArray(value)) return fail(`Expected a list for field ${field.coordinate}.`);
        const list: unknown[] = [];
        for (const [index, element] of value.entries()) {
          path.push(index);
          const completed = completeValue(type.ofType, field, element);
          path.pop();
          if (completed === NULLED) return null;
          list.push(completed);
        }
        return list;
      }
      if (isLeafType(type)) {
        return (
          completeLeaf(type, value) ??
          fail(`Invalid value for field ${field.coordinate} of type ${type.name}.`)
        );
      }
      if (!isJsonObject(value)) return fail(`Expected an object for field ${field.coordinate}.`);
      const runtimeType = isAbstractType(type) ? schema.getType(String(getOwn(value, '__typename'))) : type;
      if (!isObjectType(runtimeType) || (isAbstractType(type) && !schema.isSubType(type, runtimeType))) {
        return fail(`Invalid __typename for field ${field.coordinate} of type ${type.name}.`);
      }
      const completed = completeObject(field.selectionSets, runtimeType, value);
      return completed === NULLED ? null : completed;
    };

    const data = completeObject(rootSelectionSets, rootType, source);
    return { data: data === NULLED ? null : data, errors };
  };
}
