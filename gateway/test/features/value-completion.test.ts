import { describe, expect, it } from '@jest/globals';
import { entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();

const definitions = {
  a: {
    sdl: `
      type Query { box: Box boxes: [Box] }
      type Box @key(fields: "id") { id: ID! name: String! size: Int kind: Kind tags: [String!] inner: Box }
      enum Kind { BIG }
    `,
    resolvers: { Query: { box: () => ({ id: '1' }) } },
  },
  b: {
    sdl: 'type Box @key(fields: "id") { id: ID! weight: Int }',
    resolvers: { Box: entity({ weight: () => 3 }) },
  },
};

const invalid = (field: string, type: string, ...path: (string | number)[]): object => ({
  message: `Invalid value for field Box.${field} of type ${type}.`,
  path,
});

/** What subgraph a answers, what the client gets of it, and what it is told. */
const CASES: readonly [query: string, answer: object, data: object, told: readonly object[]][] = [
  [
    '{ boxes { id size } }',
    { boxes: [{ id: '1', size: 1 }, { id: '2', size: 'two' }, null, { id: '4', size: 4 }] },
    { boxes: [{ id: '1', size: 1 }, { id: '2', size: null }, null, { id: '4', size: 4 }] },
    [invalid('size', 'Int', 'boxes', 1, 'size')],
  ],
  [
    '{ all: boxes { s: size } }',
    { all: [{ s: 1 }, { s: 1.5 }] },
    { all: [{ s: 1 }, { s: null }] },
    [invalid('size', 'Int', 'all', 1, 's')],
  ],
  [
    '{ boxes { name } }',
    { boxes: [{ name: 'one' }, { name: null }, {}] },
    { boxes: [{ name: 'one' }, null, null] },
    [1, 2].map((index) => ({
      message: 'Cannot return null for non-nullable field Box.name.',
      path: ['boxes', index, 'name'],
    })),
  ],
  [
    '{ boxes { inner { inner { size } kind } size } box { size } }',
    { boxes: [{ inner: { inner: { size: [] }, kind: 'SMALL' }, size: true }], box: { size: 'one' } },
    { boxes: [{ inner: { inner: { size: null }, kind: null }, size: null }], box: { size: null } },
    [
      invalid('size', 'Int', 'boxes', 0, 'inner', 'inner', 'size'),
      invalid('kind', 'Kind', 'boxes', 0, 'inner', 'kind'),
      invalid('size', 'Int', 'boxes', 0, 'size'),
      invalid('size', 'Int', 'box', 'size'),
    ],
  ],
  [
    '{ box { tags size } }',
    { box: { tags: ['first', null, 'last'], size: 'one' } },
    { box: { tags: null, size: null } },
    [
      { message: 'Cannot return null for non-nullable field Box.tags.', path: ['box', 'tags', 1] },
      invalid('size', 'Int', 'box', 'size'),
    ],
  ],
  [
    '{ box { tags inner { size } } boxes { id } }',
    { box: { tags: 'first', inner: 5 }, boxes: { id: '1' } },
    { box: { tags: null, inner: null }, boxes: null },
    [
      { message: 'Expected a list for field Box.tags.', path: ['box', 'tags'] },
      { message: 'Expected an object for field Box.inner.', path: ['box', 'inner'] },
      { message: 'Expected a list for field Query.boxes.', path: ['boxes'] },
    ],
  ],
];

describe('a value that is not of its type', () => {
  it.each(CASES)('is null, and it is told where: %s', async (query, answer, data, told) => {
    const graph = await start(definitions);
    graph.subgraphs.a.respondWith((response) => response.end(JSON.stringify({ data: answer })));

    const response = await graph.query(query);

    expect(response.data).toEqual(data);
    expect(response.errors).toBeUndefined();
    expect(response.extensions).toEqual({ valueCompletion: told });
  });

  it('is told at every place of an entity that stands at many', async () => {
    const graph = await start(definitions);
    const box = { __typename: 'Box', id: '1', size: 'one' };
    graph.subgraphs.a.respondWith((response) =>
      response.end(JSON.stringify({ data: { boxes: [box, box] } })),
    );

    const { data, extensions } = await graph.query('{ boxes { size weight } }');

    expect(data).toEqual({ boxes: Array(2).fill({ size: null, weight: 3 }) });
    expect(extensions).toEqual({
      valueCompletion: [
        invalid('size', 'Int', 'boxes', 0, 'size'),
        invalid('size', 'Int', 'boxes', 1, 'size'),
      ],
    });
  });

  it('is not told of where a subgraph has said what went wrong', async () => {
    const graph = await start(definitions);
    const answer = { data: { box: { name: null } }, errors: [{ message: 'no name', path: ['box', 'name'] }] };
    graph.subgraphs.a.respondWith((response) => response.end(JSON.stringify(answer)));

    const { data, errors, extensions } = await graph.query('{ box { name } }');

    expect(data).toEqual({ box: null });
    expect(errors).toMatchObject([{ message: 'no name', path: ['box', 'name'] }]);
    expect(extensions).toBeUndefined();
  });
});
