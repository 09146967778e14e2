import { describe, expect, it } from '@jest/globals';
import { distinct, DOCUMENT, entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();

const users = {
  sdl: `
    type Query { user: User }
    type User @key(fields: "id") {
      id: ID!
      name: String @shareable
      email: String
      address: Address @shareable
    }
    type Address { city: String @shareable street: String }
  `,
  resolvers: {
    Query: { user: () => ({ id: 'u' }) },
    User: entity({
      name: () => 'from users',
      email: () => 'e',
      address: () => ({ city: 'from users', street: 's' }),
    }),
  },
};

describe('@provides', () => {
  it('saves a fetch on the path that has it, and only there', async () => {
    const graph = await start({
      users,
      reviews: {
        sdl: `
          type Query { review: Review }
          type Review { author: User @provides(fields: "name") editor: User }
          type User @key(fields: "id") { id: ID! name: String @external }
        `,
        resolvers: {
          Query: { review: () => ({ author: { id: 'u', name: 'from reviews' }, editor: { id: 'u' } }) },
        },
      },
    });

    const provided = await graph.query('{ review { author { name } } }');
    expect(provided.data.review).toEqual({ author: { name: 'from reviews' } });
    expect(graph.requests()).toEqual({ reviews: [DOCUMENT] });

    const more = await graph.query('{ review { author { name email } editor { name } } }');
    expect(more.data.review).toEqual({
      author: { name: 'from reviews', email: 'e' },
      editor: { name: 'from users' },
    });
    expect(distinct(graph.requests().users)).toEqual([{ __typename: 'User', id: 'u' }]);
  });

  it('may give fields of nested objects', async () => {
    const graph = await start({
      users,
      reviews: {
        sdl: `
          type Query { review: Review }
          type Review { author: User @provides(fields: "address { city }") }
          type User @key(fields: "id") { id: ID! address: Address @external }
          type Address { city: String @external }
        `,
        resolvers: { Query: { review: () => ({ author: { id: 'u', address: { city: 'from reviews' } } }) } },
      },
    });

    const { data } = await graph.query('{ review { author { address { city } } } }');
    expect(data.review.author.address).toEqual({ city: 'from reviews' });
    expect(graph.requests()).toEqual({ reviews: [DOCUMENT] });

    const more = await graph.query('{ review { author { address { street } } } }');
    expect(more.data.review.author.address).toEqual({ street: 's' });
    expect(graph.requests().users).toEqual([[{ __typename: 'User', id: 'u' }]]);
  });

  it('may give fields of each kind of a union', async () => {
    const graph = await start({
      media: {
        sdl: `
          type Query { film: Film }
          type Film @key(fields: "id") { id: ID! title: String @shareable minutes: Int }
          type Song @key(fields: "id") { id: ID! title: String @shareable }
        `,
        resolvers: {
          Film: entity({ title: () => 'from media', minutes: () => 90 }),
          Song: entity({ title: () => 'from media' }),
        },
      },
      lists: {
        sdl: `
          type Query { list: List }
          type List { items: [Item] @provides(fields: "... on Film { title } ... on Song { title }") others: [Item] }
          union Item = Film | Song
          type Film @key(fields: "id") { id: ID! title: String @external }
          type Song @key(fields: "id") { id: ID! title: String @external }
        `,
        resolvers: {
          Query: {
            list: () => {
              const items = [
                { __typename: 'Film', id: 'f', title: 'from lists' },
                { __typename: 'Song', id: 's', title: 'from lists' },
              ];
              return { items, others: items };
            },
          },
        },
      },
    });
    const titles = '{ __typename ... on Film { title } ... on Song { title } }';

    const provided = await graph.query(`{ list { items ${titles} } }`);
    expect(provided.data.list.items).toEqual([
      { __typename: 'Film', title: 'from lists' },
      { __typename: 'Song', title: 'from lists' },
    ]);
    expect(graph.requests()).toEqual({ lists: [DOCUMENT] });

    const others = await graph.query(`{ list { others ${titles} } }`);
    expect(others.data.list.others).toEqual([
      { __typename: 'Film', title: 'from media' },
      { __typename: 'Song', title: 'from media' },
    ]);
  });

  it('may give fields of an interface', async () => {
    const graph = await start({
      media: {
        sdl: `
          type Query { any: Media }
          interface Media { id: ID! title: String }
          type Film implements Media @key(fields: "id") { id: ID! title: String @shareable minutes: Int }
          type Song implements Media @key(fields: "id") { id: ID! title: String @shareable }
        `,
        resolvers: {
          Film: entity({ title: () => 'from media', minutes: () => 90 }),
          Song: entity({ title: () => 'from media' }),
        },
      },
      lists: {
        sdl: `
          type Query { list: [Media] @provides(fields: "... on Film { title } ... on Song { title }") }
          interface Media { id: ID! title: String }
          type Film implements Media @key(fields: "id") { id: ID! title: String @external }
          type Song implements Media @key(fields: "id") { id: ID! title: String @external }
        `,
        resolvers: {
          Query: {
            list: () => [
              { __typename: 'Film', id: 'f', title: 'from lists' },
              { __typename: 'Song', id: 's', title: 'from lists' },
            ],
          },
        },
      },
    });

    const { data } = await graph.query('{ list { title } }');
    expect(data.list).toEqual([{ title: 'from lists' }, { title: 'from lists' }]);
    expect(graph.requests()).toEqual({ lists: [DOCUMENT] });

    const more = await graph.query('{ list { title ... on Film { minutes } } }');
    expect(more.data.list).toEqual([{ title: 'from lists', minutes: 90 }, { title: 'from lists' }]);
    expect(graph.requests().media).toEqual([[{ __typename: 'Film', id: 'f' }]]);
  });

  it('does not make a subgraph know what it does not name', async () => {
    const graph = await start({
      labels: {
        sdl: 'type Item @key(fields: "code") { code: Int! label: String name: String @shareable }',
        resolvers: { Item: entity({ label: ({ code }: { code: number }) => `label ${code}` }) },
      },
      notes: {
        sdl: `
          type Item @key(fields: "code") {
            code: Int!
            id: ID! @external
            note: String @requires(fields: "id")
          }
        `,
        resolvers: { Item: entity({ note: ({ id }: { id?: string }) => `note ${id ?? 'on nothing'}` }) },
      },
      codes: {
        sdl: `
          type Item @key(fields: "code") @key(fields: "id") {
            code: Int!
            id: ID!
            label: String @external
            note: String @external
            both: String @requires(fields: "label note")
          }
        `,
        resolvers: {
          Item: entity({
            id: ({ id }: { id?: string }) => id ?? 'i',
            code: ({ code }: { code?: number }) => code ?? 7,
            both: ({ label, note }: { label?: string; note?: string }) => `${label ?? ''}, ${note ?? ''}`,
          }),
        },
      },
      lists: {
        sdl: `
          type Query { item: Item @provides(fields: "name") }
          type Item @key(fields: "id") {
            id: ID!
            name: String @external
            code: Int! @external
            tag: String @requires(fields: "code")
          }
        `,
        resolvers: { Query: { item: () => ({ id: 'i', name: 'N' }) } },
      },
    });

    const { data, errors } = await graph.query('{ item { name both } }');

    expect(errors).toBeUndefined();
    expect(data.item).toEqual({ name: 'N', both: 'label 7, note i' });
  });
});
