import { describe, expect, it } from '@jest/globals';
import { judgeChange } from '../testing/judge-change.ts';
import { compare } from './compare.ts';
import { compose } from './compose.ts';

describe('a change of the schema', () => {
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
    expect(await judgeChange(change, signature)).toEqual(expected);
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
});
