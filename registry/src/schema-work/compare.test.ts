import { describe, expect, it } from '@jest/globals';
import { compare } from './compare.ts';
import { compose } from './compose.ts';

const BEFORE = `
directive @mask(with: String, mode: Mode = SOFT) repeatable on FIELD | INLINE_FRAGMENT | FRAGMENT_SPREAD | QUERY
directive @note(text: String) on FIELD_DEFINITION
enum Mode { SOFT HARD }
enum Color { RED BLUE }
input Filter { color: Color, text: String = "x", sub: Filter }
interface Node { id: ID! }
type Product implements Node { id: ID! name(upper: Boolean, lang: String = "en"): String price: Int color: Color }
type Box implements Node { id: ID! size: Int }
union Hit = Product | Box
type Query { product(id: ID, filter: Filter): Product node: Node search(color: Color): [Hit!] box: Box
  list(first: Int = 20, ids: [ID]): Int named: Named }
interface Named { name: String }
type Brand implements Node & Named { id: ID! name: String }
`;

/** Codes of the changes that an operation is affected by, with those that it is not. */
async function judge(
  change: readonly [from: string, to: string],
  signature: string,
  fields: readonly string[] = [],
) {
  const after = BEFORE.replace(...(change as [string, string]));
  expect(after).not.toBe(BEFORE);
  const { changes } = await compare({ before: BEFORE, after, operations: [{ id: 'o', signature, fields }] });
  return changes.map(
    ({ code, isPotentiallyBreaking, affectedOperations }) =>
      `${code} ${!isPotentiallyBreaking ? 'safe' : affectedOperations.length === 1 ? 'affects' : 'spares'}`,
  );
}

describe('a change of the schema', () => {
  it.each<[string, [string, string], string, string]>([
    ['a field that is selected', [' price: Int', ''], '{product{price}}', 'FIELD_REMOVED affects'],
    ['a field that is not', [' price: Int', ''], '{product{id}}', 'FIELD_REMOVED spares'],
    [
      'a field of an interface, by its type',
      ['Box implements Node { id: ID!', 'Box implements Node { id: Int!'],
      '{node{id}}',
      'FIELD_CHANGED_TYPE affects',
    ],
    [
      'a field that becomes non-null',
      ['price: Int', 'price: Int!'],
      '{product{price}}',
      'FIELD_CHANGED_TYPE safe',
    ],
    [
      'an argument that is given',
      ['upper: Boolean, ', ''],
      '{product{name(upper:true)}}',
      'ARG_REMOVED affects',
    ],
    ['an argument that is not', ['upper: Boolean, ', ''], '{product{name}}', 'ARG_REMOVED spares'],
    [
      'an argument that becomes required, left out',
      ['upper: Boolean', 'upper: Boolean!'],
      '{product{name}}',
      'ARG_CHANGED_TYPE_OPTIONAL_TO_REQUIRED affects',
    ],
    [
      'an argument that becomes required, given',
      ['upper: Boolean', 'upper: Boolean!'],
      '{product{name(upper:true)}}',
      'ARG_CHANGED_TYPE_OPTIONAL_TO_REQUIRED spares',
    ],
    [
      'an argument that becomes required, by a variable that may be null',
      ['upper: Boolean', 'upper: Boolean!'],
      'query($u:Boolean){product{name(upper:$u)}}',
      'ARG_CHANGED_TYPE_OPTIONAL_TO_REQUIRED affects',
    ],
    [
      'an argument that becomes required, by a variable that may not',
      ['upper: Boolean', 'upper: Boolean!'],
      'query($u:Boolean!){product{name(upper:$u)}}',
      'ARG_CHANGED_TYPE_OPTIONAL_TO_REQUIRED spares',
    ],
    [
      'an argument that becomes required with another type, left out',
      ['product(id: ID,', 'product(id: Int!,'],
      'query Op{product{id}}',
      'ARG_CHANGED_TYPE affects',
    ],
    [
      'an argument that becomes required with another type, given',
      ['product(id: ID,', 'product(id: Int!,'],
      'query($id:ID!){product(id:$id){id}}',
      'ARG_CHANGED_TYPE affects',
    ],
    [
      'a list that becomes required with its items, left out',
      ['ids: [ID]', 'ids: [ID!]!'],
      '{list}',
      'ARG_CHANGED_TYPE affects',
    ],
    [
      'an argument with a default that may no longer be null, left out',
      ['first: Int =', 'first: Int! ='],
      '{list}',
      'ARG_CHANGED_TYPE_OPTIONAL_TO_REQUIRED spares',
    ],
    [
      'an argument with a default that may no longer be null, given',
      ['first: Int =', 'first: Int! ='],
      '{list(first:0)}',
      'ARG_CHANGED_TYPE_OPTIONAL_TO_REQUIRED spares',
    ],
    [
      'an argument with a default that may no longer be null, given as null',
      ['first: Int =', 'first: Int! ='],
      '{list(first:null)}',
      'ARG_CHANGED_TYPE_OPTIONAL_TO_REQUIRED affects',
    ],
    [
      'an argument with a default that may no longer be null, by a variable that may be',
      ['first: Int =', 'first: Int! ='],
      'query($n:Int){list(first:$n)}',
      'ARG_CHANGED_TYPE_OPTIONAL_TO_REQUIRED affects',
    ],
    [
      'an argument with a default that has another type too, left out',
      ['first: Int = 20', 'first: Float! = 20'],
      '{list}',
      'ARG_CHANGED_TYPE spares',
    ],
    [
      'an argument that becomes required, by a variable that is null by default',
      ['upper: Boolean', 'upper: Boolean!'],
      'query($u:Boolean=null){product{name(upper:$u)}}',
      'ARG_CHANGED_TYPE_OPTIONAL_TO_REQUIRED affects',
    ],
    [
      'a field of an input that becomes required with another type',
      ['sub: Filter', 'sub: String!'],
      'query($f:Filter){product(filter:$f){id}}',
      'FIELD_ON_INPUT_OBJECT_CHANGED_TYPE affects',
    ],
    [
      'a default that is relied on',
      ['lang: String = "en"', 'lang: String = "de"'],
      '{product{name}}',
      'ARG_DEFAULT_VALUE_CHANGE affects',
    ],
    [
      'a default that is not',
      ['lang: String = "en"', 'lang: String = "de"'],
      '{product{name(lang:"")}}',
      'ARG_DEFAULT_VALUE_CHANGE spares',
    ],
    [
      'an argument that is added, required',
      ['box: Box', 'box(n: Int!): Box'],
      '{box{size}}',
      'REQUIRED_ARG_ADDED affects',
    ],
    [
      'an argument that is added, optional',
      ['box: Box', 'box(n: Int): Box'],
      '{box{size}}',
      'OPTIONAL_ARG_ADDED safe',
    ],
    [
      'a literal of an enum',
      [' BLUE', ''],
      '{search(color:BLUE){__typename}}',
      'VALUE_REMOVED_FROM_ENUM affects',
    ],
    [
      'another literal of an enum',
      [' BLUE', ''],
      '{search(color:RED){__typename}}',
      'VALUE_REMOVED_FROM_ENUM spares',
    ],
    [
      'an enum that a variable holds',
      [' BLUE', ''],
      'query($c:Color){search(color:$c){__typename}}',
      'VALUE_REMOVED_FROM_ENUM affects',
    ],
    [
      'an enum within an input',
      [' BLUE', ''],
      'query($f:Filter){product(filter:$f){id}}',
      'VALUE_REMOVED_FROM_ENUM affects',
    ],
    ['an enum that is returned', [' BLUE', ''], '{product{color}}', 'VALUE_REMOVED_FROM_ENUM affects'],
    [
      'an input that is given',
      ['text: String = "x", ', ''],
      '{product(filter:{}){id}}',
      'FIELD_REMOVED_FROM_INPUT_OBJECT affects',
    ],
    [
      'an input that is not',
      ['text: String = "x", ', ''],
      '{product{id}}',
      'FIELD_REMOVED_FROM_INPUT_OBJECT spares',
    ],
    [
      'a field of an input that is added, required',
      ['color: Color,', 'color: Color, n: Int!,'],
      '{product(filter:{}){id}}',
      'REQUIRED_FIELD_ADDED_TO_INPUT_OBJECT affects',
    ],
    [
      'a member of a union that is selected of',
      ['Product | Box', 'Product'],
      '{search{...on Box{size}}}',
      'TYPE_REMOVED_FROM_UNION affects',
    ],
    [
      'a member of a union nobody asks for',
      ['Product | Box', 'Product'],
      '{product{id}}',
      'TYPE_REMOVED_FROM_UNION spares',
    ],
    [
      'an interface that is narrowed, in a fragment',
      ['Box implements Node', 'Box'],
      '{node{...F}}fragment F on Box{size}',
      'TYPE_REMOVED_FROM_INTERFACE affects',
    ],
    [
      'an interface that is not narrowed to it',
      ['Box implements Node', 'Box'],
      '{node{...on Product{name}}}',
      'TYPE_REMOVED_FROM_INTERFACE spares',
    ],
    [
      'an interface that a type is asked for by',
      ['Box implements Node', 'Box'],
      '{box{...on Node{id}}}',
      'TYPE_REMOVED_FROM_INTERFACE affects',
    ],
    [
      'an interface that a type is asked for by, in a fragment',
      ['Box implements Node', 'Box'],
      '{box{...F}}fragment F on Node{id}',
      'TYPE_REMOVED_FROM_INTERFACE affects',
    ],
    [
      'an interface that another type is asked for by',
      ['Box implements Node', 'Box'],
      '{product{...on Node{id}}}',
      'TYPE_REMOVED_FROM_INTERFACE spares',
    ],
    [
      'an interface that another interface is asked for by, of a type that is both',
      ['Brand implements Node & Named', 'Brand implements Named'],
      '{named{...on Node{id}}}',
      'TYPE_REMOVED_FROM_INTERFACE affects',
    ],
    [
      'an interface that another interface is asked for by, of a type that is one of them',
      ['Box implements Node', 'Box'],
      '{named{...on Node{id}}}',
      'TYPE_REMOVED_FROM_INTERFACE spares',
    ],
    [
      'an interface of a union’s member, by that interface',
      ['Box implements Node', 'Box'],
      '{search{...on Node{id}}}',
      'TYPE_REMOVED_FROM_INTERFACE affects',
    ],
    ['a value that is added', ['RED BLUE', 'RED BLUE GREEN'], '{product{color}}', 'VALUE_ADDED_TO_ENUM safe'],
  ])('%s', async (_, change, signature, expected) => {
    expect(await judge(change, signature)).toEqual([expected]);
  });

  it.each<[string, [string, string], string, string[]]>([
    [
      'a directive that an operation has',
      ['directive @mask(with: String, mode: Mode = SOFT) repeatable on FIELD', 'directive @other on FIELD'],
      'query Op{box{size@mask}}',
      ['DIRECTIVE_REMOVED affects', 'DIRECTIVE_ADDED safe'],
    ],
    [
      'a directive that it does not have',
      ['directive @mask(with: String, mode: Mode = SOFT) repeatable on FIELD', 'directive @other on FIELD'],
      'query Op{box{size@include(if:true)}}',
      ['DIRECTIVE_REMOVED spares', 'DIRECTIVE_ADDED safe'],
    ],
    [
      'a place of a directive that an operation has there',
      ['on FIELD | INLINE_FRAGMENT', 'on INLINE_FRAGMENT'],
      '{box{size@mask}}',
      ['DIRECTIVE_LOCATION_REMOVED affects'],
    ],
    [
      'a place of a directive that it has elsewhere',
      ['on FIELD | INLINE_FRAGMENT', 'on INLINE_FRAGMENT'],
      'query Op@mask{box{...@mask{size}...F@mask}}fragment F on Box{size}',
      ['DIRECTIVE_LOCATION_REMOVED spares'],
    ],
    [
      'a directive on an operation',
      [' | QUERY', ''],
      'query Op@mask{box{size}}',
      ['DIRECTIVE_LOCATION_REMOVED affects'],
    ],
    [
      'a directive on a fragment',
      ['INLINE_FRAGMENT | ', ''],
      '{box{...@mask{size}}}',
      ['DIRECTIVE_LOCATION_REMOVED affects'],
    ],
    [
      'a directive on the use of a fragment',
      ['FRAGMENT_SPREAD | ', ''],
      '{box{...F@mask}}fragment F on Box{size}',
      ['DIRECTIVE_LOCATION_REMOVED affects'],
    ],
    [
      'an argument of a directive that is given',
      ['with: String, ', ''],
      '{box{size@mask(with:"")}}',
      ['DIRECTIVE_ARG_REMOVED affects'],
    ],
    [
      'an argument of a directive that is not',
      ['with: String, ', ''],
      '{box{size@mask}}',
      ['DIRECTIVE_ARG_REMOVED spares'],
    ],
    [
      'an argument of a directive with another type',
      ['with: String', 'with: Int'],
      '{box{size@mask(with:"")}}',
      ['DIRECTIVE_ARG_CHANGED_TYPE affects'],
    ],
    [
      'an argument of a directive that becomes required, left out',
      ['with: String', 'with: String!'],
      '{box{size@mask}}',
      ['DIRECTIVE_ARG_CHANGED_TYPE affects'],
    ],
    [
      'an argument of a directive that becomes required, given',
      ['with: String', 'with: String!'],
      '{box{size@mask(with:"")}}',
      ['DIRECTIVE_ARG_CHANGED_TYPE spares'],
    ],
    [
      'an argument of a directive that is added, required',
      ['with: String', 'with: String, by: Int!'],
      '{box{size@mask}}',
      ['REQUIRED_DIRECTIVE_ARG_ADDED affects'],
    ],
    [
      'an argument of a directive that is added, with a default',
      ['with: String', 'with: String, by: Int! = 1'],
      '{box{size@mask}}',
      ['OPTIONAL_DIRECTIVE_ARG_ADDED safe'],
    ],
    [
      'a default of a directive that is relied on',
      ['mode: Mode = SOFT', 'mode: Mode = HARD'],
      '{box{size@mask}}',
      ['DIRECTIVE_ARG_DEFAULT_VALUE_CHANGE affects'],
    ],
    [
      'a literal of an enum, given to a directive',
      ['SOFT HARD', 'SOFT'],
      '{box{size@mask(mode:HARD)}}',
      ['VALUE_REMOVED_FROM_ENUM affects'],
    ],
    [
      'a directive that is given twice',
      [' repeatable', ''],
      '{box{size@mask@mask}}',
      ['DIRECTIVE_REPEATABLE_REMOVED affects'],
    ],
    [
      'a directive that is given once, in two places',
      [' repeatable', ''],
      '{box@mask{size@mask}}',
      ['DIRECTIVE_REPEATABLE_REMOVED spares'],
    ],
    ['a directive of schemas', ['(text: String) on', '(text: Int!, by: Int!) on'], '{box{size}}', []],
    [
      'a directive of schemas that is removed',
      ['directive @note(text: String) on FIELD_DEFINITION', ''],
      '{box{size}}',
      [],
    ],
  ])('%s', async (_, change, signature, expected) => {
    expect(await judge(change, signature)).toEqual(expected);
  });

  it('is a directive that composition leaves out, because a new subgraph does not define it', async () => {
    const old = {
      name: 'a',
      url: 'http://a.test',
      sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")
        directive @mask on FIELD type Query { a: Int }`,
    };
    const added = { name: 'b', url: 'http://b.test', sdl: 'type Query { b: Int }' };
    const [before, after] = [compose([old]), compose([old, added])].map(
      ({ supergraph }) => supergraph?.apiSdl ?? '',
    );
    const operations = [{ id: 'o', signature: 'query Op{a@mask}', fields: ['Query.a'] }];

    expect((await compare({ before: before ?? '', after: after ?? '', operations })).changes).toEqual([
      {
        code: 'DIRECTIVE_REMOVED',
        description: 'directive `@mask`: removed',
        coordinate: '@mask',
        isPotentiallyBreaking: true,
        affectedOperations: ['o'],
      },
      expect.objectContaining({ code: 'FIELD_ADDED' }),
    ]);
  });

  it.each(['include', 'skip', 'defer', 'stream'])('is none of @%s, which gateways bring', async (name) => {
    const before = `directive @${name}(if: Boolean!, x: Int) on FIELD | INLINE_FRAGMENT\n type Query { a: Int }`;
    for (const after of ['type Query { a: Int }', before.replace('x: Int', 'x: Int!')])
      expect((await compare({ before, after, operations: [] })).changes).toEqual([]);
  });

  it('believes the reporter about fields of an operation whose signature cannot be read', async () => {
    expect(await judge([' price: Int', ''], 'not graphql', ['Product.price'])).toEqual([
      'FIELD_REMOVED affects',
    ]);
  });

  it('is not there between equal schemas', async () => {
    expect((await compare({ before: BEFORE, after: BEFORE, operations: [] })).changes).toEqual([]);
  });
});
