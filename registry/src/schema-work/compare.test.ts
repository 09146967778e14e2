import { describe, expect, it } from '@jest/globals';
import { BEFORE, judgeChange } from '../testing/judge-change.ts';
import { compare } from './compare.ts';

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
    expect(await judgeChange(change, signature)).toEqual([expected]);
  });

  it('believes the reporter about fields of an operation whose signature cannot be read', async () => {
    expect(await judgeChange([' price: Int', ''], 'not graphql', ['Product.price'])).toEqual([
      'FIELD_REMOVED affects',
    ]);
  });

  it('is not there between equal schemas', async () => {
    expect((await compare({ before: BEFORE, after: BEFORE, operations: [] })).changes).toEqual([]);
  });
});
