import { describe, expect, it } from '@jest/globals';
import { DOCUMENT, entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();

describe('@inaccessible', () => {
  it('keeps hidden enum values and types out of answers', async () => {
    const graph = await start({
      things: {
        sdl: `
          type Query { color: Color colors: [Color] thing: Thing strict: Color! }
          enum Color { RED SECRET @inaccessible }
          interface Thing { id: ID! }
          type Known implements Thing { id: ID! }
          type Hidden implements Thing @inaccessible { id: ID! }
        `,
        resolvers: {
          Query: {
            color: () => 'SECRET',
            colors: () => ['RED', 'SECRET'],
            thing: () => ({ __typename: 'Hidden', id: '1' }),
            strict: () => 'SECRET',
          },
        },
      },
    });

    const { data, errors } = await graph.query('{ color colors thing { id } }');
    expect(data).toEqual({ color: null, colors: ['RED', null], thing: null });
    expect(errors).toBeUndefined();
    expect((await graph.query('{ strict }')).data).toBeNull();
    expect(
      JSON.stringify(await graph.query('{ __type(name: "Color") { enumValues { name } } }')),
    ).not.toContain('SECRET');
  });

  it('hides a key from clients, and the gateway goes on by it', async () => {
    const graph = await start({
      a: {
        sdl: 'type Query { thing: Thing } type Thing @key(fields: "code") { code: ID! @inaccessible name: String }',
        resolvers: { Query: { thing: () => ({ code: 'c', name: 'N' }) } },
      },
      b: {
        sdl: 'type Thing @key(fields: "code") { code: ID! size: Int }',
        resolvers: { Thing: entity({ size: () => 2 }) },
      },
    });

    expect((await graph.query('{ thing { name size } }')).data.thing).toEqual({ name: 'N', size: 2 });
    expect(graph.requests()).toEqual({ a: [DOCUMENT], b: [[{ __typename: 'Thing', code: 'c' }]] });
    expect((await graph.query('{ thing { code } }')).status).toBe(400);
    expect((await graph.query('{ thing { code: name size } }')).data.thing).toEqual({ code: 'N', size: 2 });
  });

  it('hides a field that another one requires', async () => {
    const graph = await start({
      a: {
        sdl: 'type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! weight: Int @inaccessible }',
        resolvers: { Query: { thing: () => ({ id: '1', weight: 3 }) } },
      },
      b: {
        sdl: 'type Thing @key(fields: "id") { id: ID! weight: Int @external cost: Int @requires(fields: "weight") }',
        resolvers: { Thing: entity({ cost: ({ weight }: { weight: number }) => weight * 2 }) },
      },
    });

    expect((await graph.query('{ thing { cost } }')).data.thing).toEqual({ cost: 6 });
    expect(graph.requests().b).toEqual([[{ __typename: 'Thing', id: '1', weight: 3 }]]);
  });

  it('hides an argument, which the subgraph then gets its default for', async () => {
    const graph = await start({
      a: {
        sdl: 'type Query { list(first: Int, secret: Int = 7 @inaccessible): [Int] }',
        resolvers: {
          Query: {
            list: (_: unknown, { first, secret }: { first: number; secret: number }) => [first, secret],
          },
        },
      },
    });

    expect((await graph.query('{ list(first: 1) }')).data).toEqual({ list: [1, 7] });
    expect((await graph.query('{ list(secret: 1) }')).status).toBe(400);
  });
});
