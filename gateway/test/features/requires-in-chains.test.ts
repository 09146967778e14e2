/** Fields with @requires on the way to others: each is asked for when what it requires is there, and with it. */
import { describe, expect, it } from '@jest/globals';
import { distinct, DOCUMENT, entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();

const from = (name: string) => (given: Record<string, unknown>) => `${name}(${given[name] as string})`;
const ofThing = (id: string, more: object = {}) => ({ __typename: 'Thing', id, ...more });

/** `b` requires `a`, which requires `raw`; `a` is of the subgraph that has the things. */
const THINGS = {
  root: {
    sdl: `
      type Query { thing: Thing things: [[Thing]!]! any: [Any!]! }
      union Any = Thing | Other
      type Other { name: String }
      type Thing @key(fields: "id") { id: ID! raw: Int @external a(loud: Boolean): String @requires(fields: "raw") }
    `,
    resolvers: {
      Query: {
        thing: () => ({ id: '1' }),
        things: () => [[{ id: '1' }, null], [], [{ id: '2' }]],
        any: () => [
          { __typename: 'Other', name: 'O' },
          { __typename: 'Thing', id: '1' },
        ],
      },
      Thing: entity({
        a: (given: { raw?: number }, { loud }: { loud?: boolean }) =>
          loud === true ? from('raw')(given).toUpperCase() : from('raw')(given),
      }),
    },
  },
  raw: {
    sdl: `type Thing @key(fields: "id") {
      id: ID!
      raw: Int
      a(loud: Boolean): String @external
      b: String @requires(fields: "a")
    }`,
    resolvers: { Thing: entity({ raw: ({ id }: { id: string }) => Number(id) * 7, b: from('a') }) },
  },
  last: {
    sdl: 'type Thing @key(fields: "id") { id: ID! b: String @external c: String @requires(fields: "b") }',
    resolvers: { Thing: entity({ c: from('b') }) },
  },
};

describe('a field at the end of a chain of @requires', () => {
  it('through three subgraphs gets what each before it gave', async () => {
    const graph = await start(THINGS);

    const { data, errors } = await graph.query('{ thing { c } }');

    expect(errors).toBeUndefined();
    expect(data).toEqual({ thing: { c: 'b(a(raw(7)))' } });
    const { raw, ...others } = graph.requests();
    expect(others).toEqual({
      root: [DOCUMENT, [ofThing('1', { raw: 7 })]],
      last: [[ofThing('1', { b: 'a(raw(7))' })]],
    });
    expect(distinct(raw)).toEqual(distinct([ofThing('1'), ofThing('1', { a: 'raw(7)' })]));
  });

  it('is asked for under the names and in the order of the client', async () => {
    const graph = await start(THINGS);

    const { data, errors } = await graph.query('{ t: thing { raw: c x: a b: raw c: b } }');

    expect(errors).toBeUndefined();
    expect(JSON.stringify(data)).toBe('{"t":{"raw":"b(a(raw(7)))","x":"raw(7)","b":7,"c":"a(raw(7))"}}');
    expect(distinct(graph.requests().last)).toEqual([ofThing('1', { b: 'a(raw(7))' })]);
  });

  it('is asked for of a whole list at once', async () => {
    const graph = await start(THINGS);

    const { data, errors } = await graph.query('{ things { b } }');

    expect(errors).toBeUndefined();
    expect(data).toEqual({ things: [[{ b: 'a(raw(7))' }, null], [], [{ b: 'a(raw(14))' }]] });
    expect(graph.requests()).toEqual({
      root: [DOCUMENT, [ofThing('1', { raw: 7 }), ofThing('2', { raw: 14 })]],
      raw: [
        [ofThing('1'), ofThing('2')],
        [ofThing('1', { a: 'raw(7)' }), ofThing('2', { a: 'raw(14)' })],
      ],
    });
  });

  it('is asked for of the members of a union that have it', async () => {
    const graph = await start(THINGS);

    const { data, errors } = await graph.query('{ any { ... on Other { name } ... on Thing { b } } }');

    expect(errors).toBeUndefined();
    expect(data).toEqual({ any: [{ name: 'O' }, { b: 'a(raw(7))' }] });
    expect(graph.requests()).toEqual({
      root: [DOCUMENT, [ofThing('1', { raw: 7 })]],
      raw: [[ofThing('1')], [ofThing('1', { a: 'raw(7)' })]],
    });
  });

  it('gets its own arguments on the way, and the client its own', async () => {
    const graph = await start({
      ...THINGS,
      raw: { ...THINGS.raw, sdl: THINGS.raw.sdl.replace('fields: "a"', 'fields: "a(loud: true)"') },
    });

    const { data, errors } = await graph.query('query ($loud: Boolean) { thing { b a(loud: $loud) } }', {
      loud: false,
    });

    expect(errors).toBeUndefined();
    expect(data).toEqual({ thing: { b: 'a(RAW(7))', a: 'raw(7)' } });
    const { root, raw } = graph.requests();
    expect(distinct(root?.slice(1))).toEqual([ofThing('1', { raw: 7 })]);
    expect(distinct(raw)).toEqual(distinct([ofThing('1'), ofThing('1', { a: 'RAW(7)' })]));
  });
});

describe('a required field that requires something itself', () => {
  it('may be an object, and require a part of one', async () => {
    const graph = await start({
      root: {
        sdl: `
          type Query { thing: Thing }
          type Thing @key(fields: "id") { id: ID! box: Box @external label: Label @requires(fields: "box { width }") }
          type Label { text: String }
          type Box @external { width: Int }
        `,
        resolvers: {
          Query: { thing: () => ({ id: '1' }) },
          Thing: entity({
            label: ({ box }: { box?: { width?: number } }) => ({ text: `${box?.width} wide` }),
          }),
        },
      },
      boxes: {
        sdl: `
          type Thing @key(fields: "id") {
            id: ID!
            box: Box
            label: Label @external
            parcel: String @requires(fields: "label { text }")
          }
          type Box { width: Int height: Int }
          type Label @external { text: String }
        `,
        resolvers: {
          Thing: entity({
            box: () => ({ width: 3, height: 4 }),
            parcel: ({ label }: { label?: { text?: string } }) => `parcel, ${label?.text}`,
          }),
        },
      },
    });

    const { data, errors } = await graph.query('{ thing { parcel } }');

    expect(errors).toBeUndefined();
    expect(data).toEqual({ thing: { parcel: 'parcel, 3 wide' } });
    expect(graph.requests()).toEqual({
      root: [DOCUMENT, [ofThing('1', { box: { width: 3 } })]],
      boxes: [[ofThing('1')], [ofThing('1', { label: { text: '3 wide' } })]],
    });
  });

  it('may be of an interface object, for kinds that it does not know', async () => {
    const graph = await start({
      media: {
        sdl: `
          type Query { film: Film }
          interface Media @key(fields: "id") { id: ID! title: String }
          type Film implements Media @key(fields: "id") {
            id: ID!
            title: String
            label: String @external
            poster: String @requires(fields: "label")
          }
        `,
        resolvers: {
          Query: { film: () => ({ id: 'f', title: 'F' }) },
          Media: { __resolveReference: ({ id }: { id: string }) => ({ __typename: 'Film', id, title: 'F' }) },
          Film: entity({ poster: from('label') }),
        },
      },
      labels: {
        sdl: `
          type Query { best: Media }
          type Media @key(fields: "id") @interfaceObject {
            id: ID!
            title: String @external
            label: String @requires(fields: "title")
          }
        `,
        resolvers: { Query: { best: () => ({ id: 'f' }) }, Media: entity({ label: from('title') }) },
      },
    });

    const { data, errors } = await graph.query('{ film { poster } best { label ... on Film { poster } } }');

    expect(errors).toBeUndefined();
    expect(data).toEqual({
      film: { poster: 'label(title(F))' },
      best: { label: 'title(F)', poster: 'label(title(F))' },
    });
    const asked = graph.requests().labels?.filter((each) => typeof each !== 'string');
    for (const entities of asked ?? [])
      expect(entities).toEqual([{ __typename: 'Media', id: 'f', title: 'F' }]);
    expect(asked).not.toEqual([]);
  });

  it('may require what is below an object of which its subgraph is given another part', async () => {
    const graph = await start({
      orders: {
        sdl: `
          type Query { order: Order }
          type Order @key(fields: "id") {
            id: ID!
            buyer: Buyer! @external
            note: String @requires(fields: "buyer { team { name } }")
          }
          type Buyer @key(fields: "no") { no: Int! team: Team @external }
          type Team { name: String @external }
        `,
        resolvers: {
          Query: { order: () => ({ id: 'o' }) },
          Order: entity({
            note: ({ buyer }: { buyer: { team: { name: string } } }) => `note for ${buyer.team.name}`,
          }),
        },
      },
      buyers: {
        sdl: `
          type Order @key(fields: "id") {
            id: ID!
            buyer: Buyer! @provides(fields: "city")
            note: String @external
            text: String @requires(fields: "note")
          }
          type Buyer @key(fields: "no") { no: Int! city: String @external }
        `,
        resolvers: { Order: entity({ buyer: () => ({ no: 3, city: 'Oslo' }), text: from('note') }) },
      },
      people: {
        sdl: `
          type Buyer @key(fields: "no") { no: Int! city: String @shareable team: Team }
          type Team { name: String }
        `,
        resolvers: {
          Buyer: entity({ city: () => 'Oslo', team: ({ no }: { no: number }) => ({ name: `team ${no}` }) }),
        },
      },
    });

    const { data, errors } = await graph.query('{ order { text } }');

    expect(errors).toBeUndefined();
    expect(data.order).toEqual({ text: 'note(note for team 3)' });
    expect(distinct(graph.requests().people)).toEqual([{ __typename: 'Buyer', no: 3 }]);
  });
});
