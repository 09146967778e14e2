import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  buildSchema,
  coerceInputValue,
  isInputType,
  parseType,
  typeFromAST,
  type GraphQLInputType,
} from 'graphql';
import { parseJson } from '../execution/json.ts';
import { isSurelyOfType } from './is-surely-of-type.ts';

const schema = buildSchema(`
  type Query { _(float: Float, id: ID, boolean: Boolean): Int }
  enum Size { S M }
  scalar Any
  input Line { sku: String! count: Int! = 1 size: Size note: String lines: [Line!] }
  input Choice @oneOf { a: Int b: Int }
`);

const typeOf = (text: string): GraphQLInputType => {
  const type = typeFromAST(schema, parseType(text) as never);
  if (!isInputType(type)) throw new TypeError(text);
  return type;
};

const errorsOf = (value: unknown, type: GraphQLInputType): readonly string[] => {
  const errors: string[] = [];
  coerceInputValue(value, type, (_path, _value, { message }) => errors.push(message));
  return errors;
};

describe('what is surely of its type', () => {
  it.each<[string, unknown]>([
    ['Int', 2 ** 31 - 1],
    ['Int!', 0],
    ['Int', null],
    ['Float', 1.5],
    ['ID!', 'a'],
    ['Boolean', false],
    ['[Int!]', [1, 2]],
    ['Size', 'M'],
    ['Line', { sku: 'a' }],
    ['Line!', { sku: 'a', count: 2, size: null, lines: [{ sku: 'b', lines: [] }] }],
  ])('%s %j', (type, value) => {
    expect(isSurelyOfType(value, typeOf(type))).toBe(true);
  });

  it.each<[string, unknown]>([
    ['Int', 2 ** 31],
    ['Int', 'a'],
    ['Int!', null],
    ['[Int!]', [null]],
    ['Size', 'toString'],
    ['Line', { count: 1 }],
    ['Line', { sku: 'a', count: null }],
    ['Line', { sku: 'a', __proto__other: 1 }],
    ['Line', JSON.parse('{"sku":"a","__proto__":1}')],
    ['Choice', { a: 1, b: 1 }],
    // Right, perhaps, but to be looked at closely.
    ['[Int]', 1],
    ['ID', 1],
    ['Any', 1],
    ['Choice', { a: 1 }],
    ['[Float]', parseJson('[12345678901234567890]')],
  ])('not %s %j', (type, value) => {
    expect(isSurelyOfType(value, typeOf(type))).toBe(false);
  });

  it('is taken by GraphQL, whatever it is', () => {
    const leaf = fc.oneof(
      fc.constantFrom('S', 'M', 'L', '', 1, 0.5, 2 ** 31, -0, Number.MAX_VALUE, true, null),
      fc.string(),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, leaf, tie('line'), fc.array(tie('value'), { maxLength: 3 })),
      line: fc.record(
        { sku: tie('value'), count: leaf, size: leaf, note: leaf, lines: tie('value'), other: leaf },
        { requiredKeys: [] },
      ),
    }));
    const types = ['Int', 'Float!', 'String', 'Boolean', 'ID!', 'Size', '[Line!]!', 'Line', '[[Int]!]'].map(
      typeOf,
    );
    fc.assert(
      fc.property(value, fc.constantFrom(...types), (given, type) => {
        if (isSurelyOfType(given, type)) expect(errorsOf(given, type)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});
