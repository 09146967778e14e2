import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { federate, type Federation } from '../../src/testing/federate.ts';

const AUTHORS = ['a', 'b', 'a', 'a', 'b'];

describe('an entity at many places', () => {
  let graph: Federation<'books' | 'people'>;

  beforeAll(async () => {
    graph = await federate({
      books: {
        sdl: `
          type Query { books: [Book] }
          type Book { author: Person }
          type Person @key(fields: "id") { id: ID! role: String books: [Title] }
          type Title { name: String }
        `,
        resolvers: {
          Query: { books: () => AUTHORS.map((id, index) => ({ id, index })) },
          Book: {
            author: ({ id, index }: { id: string; index: number }) => ({
              id,
              role: index === 3 ? 'editor' : 'writer',
              books: [{ name: `first of ${id}` }, { name: `second of ${id}` }],
            }),
          },
          Person: { __resolveReference: (person: object) => person },
        },
      },
      people: {
        sdl: 'type Person @key(fields: "id") { id: ID! name: String age: Int friends: [Person] }',
        resolvers: {
          Person: {
            __resolveReference: (person: object) => person,
            name: ({ id }: { id: string }) => `name of ${id}`,
            age: ({ id }: { id: string }) => {
              if (id === 'b') throw new Error('unknown age');
              return 30;
            },
            friends: () => [{ id: 'a' }, { id: 'b' }],
          },
        },
      },
    });
  });

  afterAll(() => graph.stop());

  it('is whole at each of them', async () => {
    const { data, errors } = await graph.query('{ books { author { name books { name } } } }');

    expect(errors).toBeUndefined();
    expect(data.books).toEqual(
      AUTHORS.map((id) => ({
        author: {
          name: `name of ${id}`,
          books: [{ name: `first of ${id}` }, { name: `second of ${id}` }],
        },
      })),
    );
    expect(graph.requests().people).toEqual([
      [
        { __typename: 'Person', id: 'a' },
        { __typename: 'Person', id: 'b' },
      ],
    ]);
  });

  it('keeps what a subgraph says of it at one of them only', async () => {
    const { data } = await graph.query('{ books { author { name role } } }');

    expect(data.books).toEqual(
      AUTHORS.map((id, index) => ({
        author: { name: `name of ${id}`, role: index === 3 ? 'editor' : 'writer' },
      })),
    );
  });

  it('has its error at each of them', async () => {
    const { data, errors } = await graph.query('{ books { author { name age } } }');

    expect(data.books[1]).toEqual({ author: { name: 'name of b', age: null } });
    expect(errors?.map(({ path }) => path)).toEqual([
      ['books', 1, 'author', 'age'],
      ['books', 4, 'author', 'age'],
    ]);
  });

  it('brings others that are whole at all of theirs', async () => {
    const { data } = await graph.query('{ books { author { friends { name role books { name } } } } }');

    const friend = (id: string) => ({
      name: `name of ${id}`,
      role: null,
      books: null,
    });
    expect(data.books).toEqual(AUTHORS.map(() => ({ author: { friends: [friend('a'), friend('b')] } })));
  });
});

describe('an entity that two branches of a plan come by', () => {
  const FRIENDS: Readonly<Record<string, readonly string[]>> = { a: ['c', 'd'], b: ['d'], c: [], d: [] };
  const known = { __resolveReference: (known: object) => known };
  const named = {
    ...known,
    name: ({ id }: { id: string }, { short }: { short: boolean }) => (short ? id : `name of ${id}`),
  };
  let graph: Federation<'clubs' | 'teams' | 'friends' | 'names' | 'pets'>;

  beforeAll(async () => {
    graph = await federate({
      clubs: {
        sdl: 'type Query { club: [Person] } type Person @key(fields: "id") { id: ID! }',
        resolvers: { Query: { club: () => [{ id: 'b' }] }, Person: known },
      },
      teams: {
        sdl: 'type Query { team: [Person] } type Person @key(fields: "id") { id: ID! }',
        resolvers: { Query: { team: () => [{ id: 'a' }, { id: 'b' }] }, Person: known },
      },
      friends: {
        sdl: `
          type Person @key(fields: "id") { id: ID! friends: [Person] home: Home }
          type Home { pets: [Pet] }
          type Pet @key(fields: "id") { id: ID! }
        `,
        resolvers: {
          Person: {
            ...known,
            friends: ({ id }: { id: string }) => FRIENDS[id]?.map((friend) => ({ id: friend })),
            home: ({ id }: { id: string }) => ({ pets: [{ id: `pet of ${id}` }] }),
          },
          Pet: known,
        },
      },
      names: {
        sdl: 'type Person @key(fields: "id") { id: ID! name(short: Boolean!): String }',
        resolvers: { Person: named },
      },
      pets: {
        sdl: 'type Pet @key(fields: "id") { id: ID! name(short: Boolean!): String }',
        resolvers: { Pet: named },
      },
    });
  });

  afterAll(() => graph.stop());

  it('is whole at each of them, whichever is answered first', async () => {
    const { data, errors } = await graph.query(
      '{ club { friends { name(short: true) } } team { friends { long: name(short: false) } } }',
    );

    expect(errors).toBeUndefined();
    expect(data).toEqual({
      club: [{ friends: [{ name: 'd' }] }],
      team: [
        { friends: [{ long: 'name of c' }, { long: 'name of d' }] },
        { friends: [{ long: 'name of d' }] },
      ],
    });
  });

  it('has all that is below it at each of them', async () => {
    const { data, errors } = await graph.query(`{
      club { friends { name(short: true) home { pets { name(short: true) } } } }
      team { friends { long: name(short: false) home { pets { long: name(short: false) } } } }
    }`);

    const long = (id: string) => ({
      long: `name of ${id}`,
      home: { pets: [{ long: `name of pet of ${id}` }] },
    });
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      club: [{ friends: [{ name: 'd', home: { pets: [{ name: 'pet of d' }] } }] }],
      team: [{ friends: [long('c'), long('d')] }, { friends: [long('d')] }],
    });
  });
});
