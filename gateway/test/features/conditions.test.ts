/** @skip and @include where parts of the plan depend on them: what is left must be answered as if it stood alone. */
import { describe, expect, it } from '@jest/globals';
import { DOCUMENT, entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();

const things = {
  sdl: `
    type Query { thing: Thing things: [Thing!]! sure: Thing! gone: Thing broken: Thing answer: Int }
    type Thing @key(fields: "id") { id: ID! name: String weight: Int height: Int next: Thing }
  `,
  resolvers: {
    Query: {
      thing: () => thing,
      things: () => [thing, thing],
      sure: () => thing,
      gone: () => null,
      broken: () => {
        throw new Error('broken');
      },
      answer: () => 42,
    },
  },
};
const thing = { id: '1', name: 'N', weight: 2, height: 3 };

const shop = {
  sdl: `
    type Thing @key(fields: "id") {
      id: ID!
      price: Int
      weight: Int @external
      height: Int @external
      byWeight: String @requires(fields: "weight")
      byHeight: String @requires(fields: "height")
    }
  `,
  resolvers: {
    Thing: entity({
      price: () => 5,
      byWeight: ({ weight }: { weight?: number }) => `weighs ${weight ?? 'nothing'}`,
      byHeight: ({ height }: { height?: number }) => `is ${height ?? 'nothing'} high`,
    }),
  },
};

describe('an object of which nothing is left', () => {
  it.each([
    ['query ($no: Boolean!) { thing { name @include(if: $no) } }', { thing: {} }],
    ['query ($no: Boolean!) { sure { name @include(if: $no) } }', { sure: {} }],
    ['query ($no: Boolean!) { things { name @include(if: $no) } }', { things: [{}, {}] }],
    ['query ($no: Boolean!) { things { price @include(if: $no) } answer }', { things: [{}, {}], answer: 42 }],
    ['query ($no: Boolean!) { things { ... @include(if: $no) { name price } } }', { things: [{}, {}] }],
    ['query ($no: Boolean!) { gone { name @include(if: $no) } }', { gone: null }],
    ['query ($no: Boolean!) { things { __typename @include(if: $no) } }', { things: [{}, {}] }],
    ['{ things { __typename @include(if: false) } }', { things: [{}, {}] }],
    ['{ sure { name @skip(if: true) } }', { sure: {} }],
    ['query ($no: Boolean!) { sure { next @include(if: $no) { name } } }', { sure: {} }],
    ['query ($no: Boolean!) { sure { next @include(if: $no) { name } } answer }', { sure: {}, answer: 42 }],
    [
      'query ($no: Boolean!) { sure @skip(if: $no) { __typename @include(if: $no) } answer }',
      { sure: {}, answer: 42 },
    ],
    ['query ($no: Boolean!) { sure @skip(if: $no) { name @include(if: $no) } }', { sure: {} }],
    [
      'query ($no: Boolean!, $yes: Boolean! = true) { sure @include(if: $yes) { name @include(if: $no) } }',
      { sure: {} },
    ],
    [
      'query ($no: Boolean!, $yes: Boolean! = true) { sure @include(if: $yes) { next @include(if: $no) { name } } }',
      { sure: {} },
    ],
  ])('is an empty object: %s', isAnEmptyObject);

  async function isAnEmptyObject(query: string, expected: object): Promise<void> {
    const graph = await start({ things, shop });

    const { data, errors } = await graph.query(query, query.includes('$no') ? { no: false } : {});

    expect(errors).toBeUndefined();
    expect(data).toEqual(expected);
    expect(graph.requests()).toEqual({ things: [DOCUMENT] });
  }

  it('has the errors of its field', async () => {
    const graph = await start({ things, shop });

    const { data, errors } = await graph.query(
      'query ($no: Boolean!) { broken { name @include(if: $no) } }',
      {
        no: false,
      },
    );

    expect(data).toEqual({ broken: null });
    expect(errors).toMatchObject([{ message: 'broken', path: ['broken'] }]);
  });
});

describe('a field with @requires that is left out', () => {
  it.each([
    ['byWeight @include(if: false) byHeight @skip(if: $no)', { byHeight: 'is 3 high' }],
    ['byWeight @include(if: $no) byHeight', { byHeight: 'is 3 high' }],
    ['byWeight @include(if: $no) price', { price: 5 }],
    [
      '... @include(if: $no) { byWeight } ... @skip(if: $no) { byHeight price }',
      { byHeight: 'is 3 high', price: 5 },
    ],
    [
      'name byWeight @include(if: $no) ... on Thing @include(if: $no) { byHeight } price',
      { name: 'N', price: 5 },
    ],
  ])('does not take others along: %s', doesNotTakeOthersAlong);

  async function doesNotTakeOthersAlong(selection: string, expected: object): Promise<void> {
    const graph = await start({ things, shop });

    const { data, errors } = await graph.query(`query ($no: Boolean!) { thing { ${selection} } }`, {
      no: false,
    });

    expect(errors).toBeUndefined();
    expect(data.thing).toEqual(expected);
    for (const representation of (graph.requests().shop ?? []).flat())
      expect(representation).toMatchObject({ __typename: 'Thing', id: '1' });
  }
});

describe('a document with conditions', () => {
  it('is planned for the values of each request', async () => {
    const graph = await start({ things, shop });
    const query =
      'query ($a: Boolean!, $b: Boolean = true) { thing { name @include(if: $a) price @skip(if: $b) } }';
    const ask = async (variables: Record<string, unknown>): Promise<unknown> =>
      (await graph.query(query, variables)).data;

    expect(await ask({ a: true })).toEqual({ thing: { name: 'N' } });
    expect(await ask({ a: false, b: false })).toEqual({ thing: { price: 5 } });
    expect(await ask({ a: true, b: false })).toEqual({ thing: { name: 'N', price: 5 } });
    expect(await ask({ a: false })).toEqual({ thing: {} });
    expect(await ask({ a: true })).toEqual({ thing: { name: 'N' } });
    expect((graph.requests().shop ?? []).length).toBe(2);
  });

  it('may have more variants than are kept', async () => {
    const graph = await start({ things, shop });
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const fields = names.map((name) => `${name}: answer @include(if: $${name})`).join(' ');
    const query = `query (${names.map((name) => `$${name}: Boolean!`).join()}) { ${fields} }`;

    for (let bits = 0; bits < 2 ** names.length; bits += 1) {
      const chosen = names.filter((_, index) => ((bits >> index) & 1) === 1);
      const variables = Object.fromEntries(names.map((name) => [name, chosen.includes(name)]));
      const { data } = await graph.query(query, variables);
      expect(data).toEqual(Object.fromEntries(chosen.map((name) => [name, 42])));
    }
  });

  it.each([{ a: 1 }, { a: null }, {}])('refuses a value that is no Boolean: %j', async (variables) => {
    const graph = await start({ things, shop });

    const { errors } = await graph.query('query ($a: Boolean!) { answer @include(if: $a) }', variables);

    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('refuses null in place of a default, whether or not the document is remembered', async () => {
    const graph = await start({ things, shop });
    const query = 'query ($a: Boolean = true) { answer @include(if: $a) }';
    const ask = () => graph.query(query, { a: null });

    expect((await ask()).errors).toMatchObject([
      { message: expect.stringContaining('"$a" must not be null'), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect((await ask()).data).toBeUndefined();
    expect((await graph.query(query)).data).toEqual({ answer: 42 });
  });
});

describe('a field that is left out', () => {
  it.each([
    'query ($no: Boolean!) { thing @skip(if: $no) { name next: broken @include(if: false) } }',
    'query ($no: Boolean!) { thing @skip(if: $no) { name next: broken @include(if: $no) } }',
    '{ thing { name next: broken @skip(if: true) } }',
  ])('is not asked for: %s', async (query) => {
    const graph = await start({
      one: {
        sdl: 'type Query { thing: Thing } type Thing { name: String broken: Thing }',
        resolvers: {
          Query: { thing: () => ({ name: 'N' }) },
          Thing: {
            broken: () => {
              throw new Error('asked for');
            },
          },
        },
      },
    });
    const selected = query.replace(/(next: broken @\w+\(if: [$\w]+\))/, '$1 { name }');

    const { data, errors } = await graph.query(selected, query.includes('$no') ? { no: false } : {});

    expect(errors).toBeUndefined();
    expect(data).toEqual({ thing: { name: 'N' } });
  });
});
