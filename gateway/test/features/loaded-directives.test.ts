import { describe, expect, it } from '@jest/globals';
import { DOCUMENT, entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();

describe('a directive that a supergraph may demand to be understood', () => {
  it.each([
    ['@tag', 'type Query { answer: Int @tag(name: "internal") }'],
    ['@authenticated', 'type Query { answer: Int mine: Int @authenticated }'],
    [
      '@requiresScopes',
      'type Query { answer: Int scoped: Int @requiresScopes(scopes: [["a", "b"], ["c"]]) }',
    ],
    ['@policy', 'type Query { answer: Int ruled: Int @policy(policies: [["p"]]) }'],
    ['@cost', 'type Query { answer: Int @cost(weight: 5) }'],
    [
      '@listSize',
      'type Query { answer: Int list(first: Int): [Int] @listSize(slicingArguments: ["first"], requireOneSlicingArgument: false) }',
    ],
    [
      '@cacheTag',
      'type Query { answer: Int @cacheTag(format: "answer") } type Cached @key(fields: "id") @cacheTag(format: "c-{$key.id}") { id: ID! }',
    ],
  ])('does not keep it from being served: %s', async (_directive, sdl) => {
    const graph = await start({
      one: {
        sdl,
        resolvers: { Query: { answer: () => 42 }, ...(sdl.includes('Cached') ? { Cached: entity() } : {}) },
      },
    });

    expect((await graph.query('{ answer }')).data).toEqual({ answer: 42 });
    expect(graph.requests()).toEqual({ one: [DOCUMENT] });
  });

  it('is not shown to clients', async () => {
    const graph = await start({
      one: { sdl: 'type Query { answer: Int @tag(name: "internal") @cost(weight: 5) }' },
    });

    const { data } = await graph.query('{ __schema { directives { name } } }');

    expect(data.__schema.directives.map(({ name }: { name: string }) => name)).not.toContain('tag');
  });
});
