import { describe, expect, it } from '@jest/globals';
import { entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';
import { as, permissionsOfHeader } from '../testing/permissions-of-header.ts';

const startGraph = graphsOfATest();
const ASK = { 'apollo-expose-query-plan': 'true' };
const SECRET = { 'x-secret': 'sixteen characters' };

describe('the plan of a request', () => {
  const start = (isExposed = true) =>
    startGraph(
      {
        things: {
          sdl: 'type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! }',
          resolvers: { Query: { thing: () => ({ id: '1' }) } },
        },
        prices: {
          sdl: 'type Thing @key(fields: "id") { id: ID! price: Int }',
          resolvers: { Thing: entity({ price: () => 5 }) },
        },
      },
      {
        credentials: permissionsOfHeader,
        planExposure: isExposed
          ? { scopes: ['plans'], secret: { header: 'x-secret', value: SECRET['x-secret'] } }
          : undefined,
      },
    );
  const query = '{ thing { price } }';

  it.each([
    ['a scope', as('scope:plans')],
    ['the secret', SECRET],
  ])('and what it took are told to a caller with %s who asks', async (_, credential) => {
    const graph = await start();

    const { data, extensions } = await graph.query(query, {}, { ...ASK, ...credential });

    expect(data).toEqual({ thing: { price: 5 } });
    expect(extensions).toMatchObject({
      apolloQueryPlan: {
        object: {
          kind: 'QueryPlan',
          node: {
            kind: 'Sequence',
            nodes: [
              { kind: 'Fetch', serviceName: 'things' },
              { kind: 'Flatten', path: ['thing'], node: { kind: 'Fetch', serviceName: 'prices' } },
            ],
          },
        },
        text: expect.stringMatching(/^QueryPlan \{\n {2}Sequence \{\n {4}Fetch\(service: "things"\)/),
      },
      timings: {
        totalMs: expect.any(Number),
        preparation: [{ step: 'parse' }, { step: 'validate' }, { step: 'plan' }],
        subgraphs: [
          { subgraph: 'things', status: 200, attempts: 1 },
          { subgraph: 'prices', status: 200, attempts: 1 },
        ],
      },
    });
  });

  it('is made without asking anybody when only it is wanted', async () => {
    const graph = await start();

    const answer = await graph.query(query, {}, { ...SECRET, 'apollo-expose-query-plan': 'dry-run' });

    expect(answer).toMatchObject({ status: 200, extensions: { timings: { subgraphs: [] } } });
    expect(answer.extensions).toHaveProperty('apolloQueryPlan.object.node');
    expect(answer.data).toBeUndefined();
    expect(graph.requests()).toEqual({});
  });

  it.each([
    ['who does not ask', true, SECRET],
    ['with another secret', true, { ...ASK, 'x-secret': 'another one' }],
    ['with another scope', true, { ...ASK, ...as('scope:other') }],
    ['where nothing is exposed', false, { ...ASK, ...SECRET, ...as('scope:plans') }],
  ])('is not told to a caller %s', async (_, isExposed, headers) => {
    const graph = await start(isExposed);

    const answer = await graph.query(query, {}, headers);

    expect(answer.data).toEqual({ thing: { price: 5 } });
    expect(answer.extensions).toBeUndefined();
  });
});
