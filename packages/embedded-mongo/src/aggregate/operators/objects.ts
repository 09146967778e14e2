import { Int32 } from 'bson';
import { MongoError } from '../../errors.ts';
import { byteLength } from '../../bson/codec.ts';
import { asDocument, getField, isDocument, setField, type Doc } from '../../bson/value.ts';
import { typeName } from '../../bson/types.ts';
import { compileExpression } from '../expression.ts';
import {
  compileList,
  compileNamed,
  isNil,
  pure,
  type OperatorCompiler,
  type OperatorTable,
} from './arguments.ts';

function document(value: unknown, name: string): Doc {
  const doc = asDocument(value);
  if (doc) return doc;
  throw new MongoError('TypeMismatch', `${name} needs an object, but got ${typeName(value)}`);
}

const mergeObjects: OperatorCompiler = (operand, name) => {
  const list = compileList(operand);
  return (scope) => {
    const values = list.map((evaluate) => evaluate(scope));
    return mergeDocuments(
      values.length === 1 && Array.isArray(values[0]) ? (values[0] as unknown[]) : values,
      name,
    );
  };
};

/** Later fields win; null and missing are skipped. */
export function mergeDocuments(values: readonly unknown[], name: string): Doc {
  const result: Doc = {};
  for (const value of values) {
    if (isNil(value)) continue;
    for (const [key, field] of Object.entries(document(value, name))) setField(result, key, field);
  }
  return result;
}

const getFieldOperator: OperatorCompiler = (operand, name) => {
  const named =
    isDocument(operand) && 'field' in operand ? compileNamed(operand, name, ['field'], ['input']) : undefined;
  const field = named ? named['field'] : compileExpression(operand);
  const input = named?.['input'];
  return (scope) => {
    const key = field?.(scope);
    if (typeof key !== 'string') throw new MongoError(5654602, '$getField requires the field to be a string');
    const doc = asDocument(input ? input(scope) : scope.root);
    return doc && getField(doc, key);
  };
};

const setFieldOperator: OperatorCompiler = (operand, name) => {
  const { field, input, value } = compileNamed(operand, name, ['field', 'input'], ['value']);
  return (scope) => {
    const [key, target] = [field?.(scope), input?.(scope)];
    if (isNil(target)) return null;
    const result = { ...document(target, name) };
    const next = value?.(scope);
    if (next === undefined) Reflect.deleteProperty(result, String(key));
    else setField(result, String(key), next);
    return result;
  };
};

export const OBJECTS: OperatorTable = {
  $mergeObjects: mergeObjects,
  $objectToArray: pure(1, 1, (value) =>
    isNil(value) ? null : Object.entries(document(value, '$objectToArray')).map(([k, v]) => ({ k, v })),
  ),
  $getField: getFieldOperator,
  $setField: setFieldOperator,
  $unsetField: setFieldOperator,
  $bsonSize: pure(1, 1, (value) =>
    isNil(value) ? null : new Int32(byteLength(document(value, '$bsonSize'))),
  ),
};
