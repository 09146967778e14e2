import { ApolloGateway } from '@apollo/gateway';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor, type GraphqlAnswer } from '@tributary/testkit';
import { createHash } from 'node:crypto';
import { PRODUCTS, REVIEWS } from '../testing/schemas.ts';
import { GRAPH, startTestRegistry, type TestRegistry } from '../testing/start-test-registry.ts';

const REF = `${GRAPH}@current`;
const QUERY = `query SupergraphSdl($apiKey: String!, $ref: String!, $ifAfterId: ID) {
  routerConfig(ref: $ref, apiKey: $apiKey, ifAfterId: $ifAfterId) {
    __typename
    ... on RouterConfigResult { id supergraphSdl: supergraphSDL minDelaySeconds }
    ... on Unchanged { id minDelaySeconds }
    ... on FetchError { code message }
  }
}`;

describe('uplink', () => {
  let registry: TestRegistry;
  const ask = async (variables: Record<string, unknown>, query = QUERY) => {
    const response = await fetch(`${registry.url}/uplink`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { apiKey: registry.key, ref: REF, ...variables } }),
    });
    return { status: response.status, body: (await response.json()) as GraphqlAnswer };
  };

  beforeAll(async () => {
    registry = await startTestRegistry();
    await registry.publish('products', PRODUCTS);
  });
  afterAll(() => registry.stop());

  it('gives the supergraph once, then says that it is unchanged', async () => {
    const first = await ask({ ifAfterId: null });
    const config = first.body.data.routerConfig;
    const again = await ask({ ifAfterId: config.id });

    expect(first.body).not.toHaveProperty('errors');
    expect(config).toMatchObject({ __typename: 'RouterConfigResult', minDelaySeconds: 1 });
    expect(config.supergraphSdl).toContain('join__Graph');
    expect(again.body.data.routerConfig).toEqual({
      __typename: 'Unchanged',
      id: config.id,
      minDelaySeconds: 1,
    });
  });

  it.each([
    ['an unknown key', { apiKey: 'wrong' }, 'AUTHENTICATION_FAILED'],
    ['a key of another graph', { ref: 'other@current' }, 'ACCESS_DENIED'],
    ['a variant without a supergraph', { ref: `${GRAPH}@empty` }, 'UNKNOWN_REF'],
    ['what is no reference', { ref: 'a b' }, 'UNKNOWN_REF'],
  ])('tells a gateway with %s why it gets nothing', async (_, variables, code) => {
    expect((await ask(variables)).body.data.routerConfig).toMatchObject({ __typename: 'FetchError', code });
  });

  it('gives a router no licence', async () => {
    const query = `query ($apiKey: String!, $ref: String!, $ifAfterId: ID) {
      routerEntitlements(ref: $ref, apiKey: $apiKey, ifAfterId: $ifAfterId) {
        __typename ... on RouterEntitlementsResult { id entitlement { jwt } }
      }
    }`;

    expect((await ask({}, query)).body.data.routerEntitlements).toMatchObject({ entitlement: null });
  });

  it('serves the supergraph by GET with an ETag', async () => {
    const url = `${registry.url}/supergraph/${REF}`;
    const headers = { authorization: `Bearer ${registry.key}` };
    const first = await fetch(url, { headers });
    const again = await fetch(url, {
      headers: { ...headers, 'if-none-match': first.headers.get('etag') ?? '' },
    });

    expect(await first.text()).toContain('join__Graph');
    expect(again.status).toBe(304);
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(`${registry.url}/supergraph/${GRAPH}@empty`, { headers })).status).toBe(404);
  });

  it('starts the stock gateway, and updates it while it runs', async () => {
    const schemas: string[] = [];
    const gateway = new ApolloGateway({
      uplinkEndpoints: [`${registry.url}/uplink`],
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    });
    gateway.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => schemas.push(coreSupergraphSdl));
    const keyHash = createHash('sha512').update(registry.key).digest('hex');
    await gateway.load({ apollo: { key: registry.key, keyHash, graphRef: REF } });
    expect(schemas).toHaveLength(1);

    await registry.publish('reviews', REVIEWS);
    await waitFor(() => schemas.length === 2, { what: 'the gateway on the new supergraph' });
    await gateway.stop();

    expect(schemas[1]).toContain('@join__graph(name: "reviews"');
  });
});
