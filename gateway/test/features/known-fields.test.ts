import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { federate, type Federation } from '../../src/testing/federate.ts';

const USERS = [
  { id: 'a', name: 'Ada', nick: 'countess' },
  { id: 'b', name: 'Bob', nick: null },
];

interface Reference {
  readonly id: string;
}

describe('what the response has of an entity', () => {
  let graph: Federation<'accounts' | 'reviews'>;
  let renamed: string | undefined;

  beforeAll(async () => {
    const find = ({ id }: Reference) => {
      const user = [...USERS, { id: 'c', name: 'Cyd', nick: 'c' }].find((each) => each.id === id);
      return user && { ...user, name: renamed ?? user.name };
    };
    graph = await federate({
      accounts: {
        sdl: `
          type Query { users: [User] }
          type Mutation { rename(id: ID!, to: String!): User }
          type User @key(fields: "id") {
            id: ID!
            name: String
            nick: String
            avatar(size: Int!): String
            city: City
            stars: Int @external
            rank: String @requires(fields: "stars")
          }
          type City { name: String }
        `,
        resolvers: {
          Query: { users: () => USERS },
          Mutation: {
            rename: (_: unknown, { id, to }: { id: string; to: string }) => {
              renamed = to;
              return find({ id });
            },
          },
          User: {
            __resolveReference: (reference: Reference) => ({ ...reference, ...find(reference) }),
            avatar: ({ id }: Reference, { size }: { size: number }) => `${id}-${size}.png`,
            city: () => ({ name: 'Reykjavík' }),
            rank: ({ stars }: { stars: number }) => `rank ${stars}`,
          },
        },
      },
      reviews: {
        sdl: `
          type Query { reviews: [Review] }
          type Review { id: ID! author: User }
          type User @key(fields: "id") { id: ID! stars: Int reviews: [Review] }
        `,
        resolvers: {
          Query: {
            reviews: () => ['a', 'b', 'c', 'a'].map((author, id) => ({ id, author: { id: author } })),
          },
          User: {
            __resolveReference: (reference: Reference) => reference,
            stars: () => 5,
            reviews: ({ id }: Reference) => [{ id: `of-${id}`, author: { id } }],
          },
        },
      },
    });
  });

  beforeEach(() => {
    renamed = undefined;
    graph.requests();
  });

  afterAll(() => graph.stop());

  it('is not asked for again', async () => {
    const { data } = await graph.query('{ users { id name reviews { author { name } } } }');

    expect(data.users).toEqual([
      { id: 'a', name: 'Ada', reviews: [{ author: { name: 'Ada' } }] },
      { id: 'b', name: 'Bob', reviews: [{ author: { name: 'Bob' } }] },
    ]);
    expect(graph.requests().accounts).toHaveLength(1);
  });

  it('is asked for of the others', async () => {
    const { data } = await graph.query('{ users { name reviews { author { reviews { id } } } } }');

    expect(data.users[0].reviews[0].author.reviews).toEqual([{ id: 'of-a' }]);
    const answer = await graph.query(
      '{ users { name reviews { id author { name reviews { author { name nick } } } } } }',
    );
    expect(answer.data.users[1].reviews[0].author.reviews[0].author).toEqual({ name: 'Bob', nick: null });
  });

  it('is asked for again where it is null, which may be an error', async () => {
    const { data } = await graph.query('{ users { nick reviews { author { nick } } } }');

    expect(data.users.map((user: { reviews: unknown }) => user.reviews)).toEqual([
      [{ author: { nick: 'countess' } }],
      [{ author: { nick: null } }],
    ]);
    expect(graph.requests().accounts?.slice(1)).toEqual([[{ __typename: 'User', id: 'b' }]]);
  });

  it('is asked for again with other arguments', async () => {
    const { data } = await graph.query(
      '{ users { avatar(size: 1) reviews { author { avatar(size: 2) } } } }',
    );

    expect(data.users[0]).toEqual({ avatar: 'a-1.png', reviews: [{ author: { avatar: 'a-2.png' } }] });
    expect(graph.requests().accounts).toHaveLength(2);
  });

  it('is taken under the name it has there', async () => {
    const { data } = await graph.query(
      '{ users { called: name reviews { author { is: name called: name } } } }',
    );

    expect(data.users[0]).toEqual({ called: 'Ada', reviews: [{ author: { is: 'Ada', called: 'Ada' } }] });
  });

  it('may be called as what every object inherits', async () => {
    const { data } = await graph.query(
      '{ users { __proto__: name constructor: id reviews { author { __proto__: name constructor: id } } } }',
    );

    const [ada] = data.users as unknown[];
    expect(JSON.stringify(ada)).toBe(
      '{"__proto__":"Ada","constructor":"a","reviews":[{"author":{"__proto__":"Ada","constructor":"a"}}]}',
    );
    expect(graph.requests().accounts).toHaveLength(1);
  });

  it('is asked for again with all that is below it', async () => {
    const { data } = await graph.query('{ users { city { name } reviews { author { city { name } } } } }');

    expect(data.users[0].reviews[0].author.city).toEqual({ name: 'Reykjavík' });
    expect(graph.requests().accounts).toHaveLength(2);
  });

  it('counts only for what needed the same of it', async () => {
    const { data } = await graph.query('{ users { rank reviews { author { rank } } } }');

    expect(data.users[1]).toEqual({ rank: 'rank 5', reviews: [{ author: { rank: 'rank 5' } }] });
  });

  it('may be old after a mutation', async () => {
    const { data } = await graph.query(
      'mutation { first: rename(id: "a", to: "Eve") { name reviews { author { name } } } second: rename(id: "a", to: "Zoe") { name } }',
    );

    // Both are changed in one request, before anything else is asked.
    expect(data).toEqual({
      first: { name: 'Eve', reviews: [{ author: { name: 'Zoe' } }] },
      second: { name: 'Zoe' },
    });
  });
});
