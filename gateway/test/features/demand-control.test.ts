import { beforeAll, afterAll, describe, expect, it } from '@jest/globals';
import type { DemandControlOptions } from '../../src/demand-control/demand-control-options.ts';
import { federate, type Federation } from '../../src/testing/federate.ts';
import { entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const OPTIONS: DemandControlOptions = {
  appliesTo: 'declared',
  mode: 'enforce',
  max: 10_000,
  listSize: 10,
  everySubgraph: { max: undefined, listSize: undefined },
  subgraphs: new Map(),
  exposeHeaders: true,
  exposeExtensions: true,
};

const link = (imports: string): string =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])`;

const BOOKS = `
  ${link('"@cost", "@listSize"')}
  type Query {
    book(id: ID!): Book
    books: [Book!]
    matrix: [[Book!]!]
    bestsellers: [Book!] @listSize(assumedSize: 5)
    newest(after: ID, limit: Int!): [Book!] @listSize(slicingArguments: ["limit"])
    recent(limit: Int = 2): [Book!] @listSize(slicingArguments: ["limit"])
    either(first: Int, last: Int): [Book!]
      @listSize(slicingArguments: ["first", "last"], requireOneSlicingArgument: false, assumedSize: 4)
    one(first: Int, last: Int): [Book!] @listSize(slicingArguments: ["first", "last"])
    connection(first: Int): Connection @listSize(slicingArguments: ["first"], sizedFields: ["edges"])
    filtered(by: Filter, all: [Filter!], tag: String @cost(weight: 3)): Int
    thing: Thing
    price: Int @cost(weight: 20)
    money: Money
    state: State
    nothing: Book
  }
  type Mutation { add(by: Filter): Book }
  type Book { title: String author: Author publisher: Publisher }
  type Author { name: String }
  type Publisher { name: String address: Address }
  type Address @cost(weight: 5) { zipCode: Int }
  type Connection { edges: [Edge!] other: [Edge!] }
  type Edge { node: Book }
  interface Thing { id: ID! }
  type Small implements Thing { id: ID! part: Author }
  type Large implements Thing { id: ID! parts: [Author!] part: Address }
  input Filter { text: String @cost(weight: 2) inner: Filter }
  scalar Money @cost(weight: 4)
  enum State @cost(weight: 6) { NEW }
`;
const ALL = 'title author { name } publisher { name address { zipCode } }';
const BOOK = {
  title: 'Ada',
  author: { name: 'Ada' },
  publisher: { name: 'P', address: { zipCode: 1 } },
};
const several = (length: number) => Array.from({ length }, () => BOOK);
const CONNECTION = { edges: [{ node: BOOK }], other: [] };

describe('what an operation costs', () => {
  let graph: Federation<'books'>;
  beforeAll(async () => {
    graph = await federate(
      {
        books: {
          sdl: BOOKS,
          resolvers: {
            Query: {
              book: () => BOOK,
              books: () => several(3),
              matrix: () => [several(2), several(1)],
              bestsellers: () => several(2),
              newest: () => several(7),
              recent: () => several(1),
              either: () => several(1),
              one: () => several(1),
              connection: () => CONNECTION,
              filtered: () => 1,
              thing: () => ({
                __typename: 'Large',
                id: '1',
                parts: [{ name: 'a' }, { name: 'b' }],
                part: {},
              }),
              price: () => 1,
              money: () => 1,
              state: () => 'NEW',
              nothing: () => null,
            },
            Mutation: { add: () => BOOK },
          },
        },
      },
      { demandControl: OPTIONS },
    );
  });
  afterAll(() => graph.stop());

  it.each<[string, number, number, Record<string, unknown>?]>([
    // Published with the Router: an object is 1, a list its size times what is in it, an address 5.
    [`{ book(id: 1) { ${ALL} } }`, 8, 8],
    [`{ bestsellers { ${ALL} } }`, 40, 16],
    [`{ newest(limit: 3) { ${ALL} } }`, 24, 56],
    [`{ newest(limit: 7) { ${ALL} } }`, 56, 56],
    ['query ($n: Int!) { newest(limit: $n) { title } }', 7, 7, { n: 7 }],
    ['query ($n: Int! = 4) { newest(limit: $n) { title } }', 4, 7],
    // Sizes.
    ['{ books { title } }', 10, 3],
    ['{ books { title author { name } } }', 20, 6],
    ['{ matrix { title } }', 10, 3],
    ['{ recent { title } }', 2, 1],
    ['{ recent(limit: 6) { title } }', 6, 1],
    ['{ either { title } }', 4, 1],
    ['{ either(first: 2, last: 3) { title } }', 3, 1],
    ['{ connection(first: 3) { edges { node { title } } other { node { title } } } }', 27, 3],
    ['{ connection(first: 3) { ...C } } fragment C on Connection { edges { node { title } } }', 7, 3],
    ['{ newest(limit: -5) { title } }', 0, 7],
    // Weights and arguments.
    ['{ price }', 20, 20],
    ['{ money state __typename }', 10, 10],
    ['{ filtered }', 0, 0],
    ['{ filtered(tag: "x") }', 3, 3],
    ['{ filtered(by: { text: "x", inner: { text: "y" } }) }', 6, 6],
    ['{ filtered(all: [{ text: "x" }, {}]) }', 4, 4],
    ['query ($by: Filter) { filtered(by: $by) }', 3, 3, { by: { text: 'x' } }],
    ['query ($by: Filter) { filtered(by: $by) }', 0, 0],
    ['{ filtered(by: null) }', 0, 0],
    ['{ nothing { title } }', 1, 0],
    // All fragments are counted before, those that apply after.
    [
      '{ thing { ... on Small { part { name } } ... on Large { p: part { zipCode } parts { name } } } }',
      17,
      8,
    ],
    // Operations.
    ['mutation { add { title } }', 11, 11],
    ['mutation { add(by: { text: "x" }) { title } }', 14, 14],
    ['{ __schema { types { name fields { name } } } }', 0, 0],
    ['{ __typename }', 0, 0],
    [
      'query ($yes: Boolean!) { books @skip(if: $yes) { title } price @include(if: $yes) }',
      20,
      20,
      { yes: true },
    ],
    ['{ a: price b: price }', 40, 40],
  ])('%s: %d, and %d when it has run', async (query, estimated, actual, variables = {}) => {
    const answer = await graph.query(query, variables);

    expect(answer.errors).toBeUndefined();
    expect(answer.extensions).toEqual({
      cost: { estimated, actual, max: 10_000, result: 'COST_OK', strategy: 'static_estimated' },
    });
  });

  it.each([
    ['{ one { title } }', 0],
    ['{ one(first: 1, last: 2) { title } }', 2],
    ['{ connection { edges { node { title } } } }', 0],
  ])('%s has to say how long the list is', async (query, given) => {
    const answer = await graph.query(query);

    expect(answer.errors).toEqual([
      expect.objectContaining({
        message: expect.stringContaining(`and has ${given}.`),
        extensions: { code: 'COST_INVALID_SLICING_ARGUMENTS' },
      }),
    ]);
  });
});

const PRODUCTS = {
  sdl: `
    ${link('"@key", {name: "@cost", as: "@weight"}, {name: "@listSize", as: "@long"}')}
    type Query { product: Product products(first: Int): [Product!] @long(slicingArguments: ["first"]) }
    type Product @key(fields: "id") { id: ID! name: String @weight(weight: 2) }
  `,
  resolvers: {
    Query: {
      product: () => ({ id: '1', name: 'A' }),
      products: () => [
        { id: '1', name: 'A' },
        { id: '2', name: 'B' },
      ],
    },
  },
};
const REVIEWS = {
  sdl: `
    ${link('"@key", {name: "@cost", as: "@weight"}')}
    type Product @key(fields: "id") { id: ID! reviews: [Review!] stars: Int @weight(weight: 5) }
    type Review { text: String }
  `,
  resolvers: { Product: entity({ reviews: () => [{ text: 'good' }], stars: () => 4 }) },
};

describe('demand control', () => {
  const start = graphsOfATest();
  const shop = (options: Partial<DemandControlOptions> = {}) =>
    start({ products: PRODUCTS, reviews: REVIEWS }, { demandControl: { ...OPTIONS, ...options } });

  it('sums the fetches of the plan, and counts every entity once', async () => {
    const graph = await shop();

    const answer = await graph.query('{ products(first: 2) { name stars } }');

    // Two products with a name: 6. Ten entities assumed, each with its stars: 60. Two came.
    expect(answer.extensions).toMatchObject({ cost: { estimated: 66, actual: 18 } });
  });

  it('says what it costs in headers', async () => {
    const graph = await shop();

    const response = await fetch(`${graph.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ product { name } }' }),
    });
    const byGet = await fetch(`${graph.gateway.url}/graphql?query={product{name}}`, {
      headers: { 'apollo-require-preflight': '1' },
    });

    for (const { headers } of [response, byGet]) {
      expect(headers.get('x-cost-estimated')).toBe('3');
      expect(headers.get('x-cost-actual')).toBe('3');
      expect(headers.get('x-cost-max')).toBe('10000');
    }
  });

  it('keeps costs to itself unless it is told to say them', async () => {
    const graph = await shop({ exposeExtensions: false, exposeHeaders: false });

    const response = await fetch(`${graph.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ product { name } }' }),
    });

    expect(response.headers.has('x-cost-estimated')).toBe(false);
    expect(await response.json()).toEqual({ data: { product: { name: 'A' } } });
  });

  it('asks no subgraph for what is too expensive', async () => {
    const graph = await shop({ max: 65 });

    const answer = await graph.query('{ products(first: 2) { name stars } }');

    expect(answer.status).toBe(400);
    expect(answer.errors).toEqual([
      {
        message: 'The operation would cost 66; the limit is 65. Ask for fewer fields, or for shorter lists.',
        extensions: { code: 'COST_ESTIMATED_TOO_EXPENSIVE', cost: { estimated: 66, max: 65 } },
      },
    ]);
    expect(answer.extensions).toMatchObject({ cost: { result: 'COST_ESTIMATED_TOO_EXPENSIVE' } });
    expect(graph.requests()).toEqual({});
  });

  it('measures without refusing', async () => {
    const graph = await shop({ max: 65, mode: 'measure', everySubgraph: { max: 1, listSize: undefined } });

    const answer = await graph.query('{ products(first: 2) { name stars } }');

    expect(answer.errors).toBeUndefined();
    expect(answer.extensions).toMatchObject({
      cost: { estimated: 66, result: 'COST_ESTIMATED_TOO_EXPENSIVE' },
    });
  });

  it('leaves out the subgraph that would have to do too much', async () => {
    const graph = await shop({ subgraphs: new Map([['reviews', { max: 59, listSize: undefined }]]) });

    const answer = await graph.query('{ products(first: 2) { name stars } }');

    expect(answer.data).toEqual({
      products: [
        { name: 'A', stars: null },
        { name: 'B', stars: null },
      ],
    });
    expect(answer.errors?.[0]).toMatchObject({
      path: ['products', 0, 'stars'],
      extensions: {
        code: 'SUBGRAPH_COST_ESTIMATED_TOO_EXPENSIVE',
        cost: { subgraph: 'reviews', 'subgraph.estimated': 60, 'subgraph.max': 59 },
      },
    });
    expect(Object.keys(graph.requests())).toEqual(['products']);
  });

  it('assumes lists of a length by subgraph', async () => {
    const graph = await shop({
      everySubgraph: { max: undefined, listSize: 3 },
      subgraphs: new Map([['reviews', { max: undefined, listSize: 2 }]]),
    });

    const answer = await graph.query('{ product { reviews { text } } }');

    // One product: 1. Two entities with two reviews each: 6.
    expect(answer.extensions).toMatchObject({ cost: { estimated: 7, actual: 3 } });
  });

  it('says nothing of a supergraph that says nothing of costs, unless it is told to', async () => {
    const plain = { nodes: { sdl: 'type Query { a: Node } type Node { b: Int }', resolvers: {} } };
    const declared = await start(plain, { demandControl: { ...OPTIONS, max: 1, appliesTo: 'declared' } });
    const all = await start(plain, { demandControl: { ...OPTIONS, appliesTo: true } });

    expect(await declared.query('{ a { b } }')).not.toHaveProperty('extensions');
    expect((await all.query('{ a { b } }')).extensions).toMatchObject({ cost: { estimated: 1 } });
  });
});
