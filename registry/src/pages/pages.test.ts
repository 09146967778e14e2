import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PRODUCTS, REVIEWS } from '../testing/schemas.ts';
import { GRAPH, startTestRegistry, type TestRegistry } from '../testing/start-test-registry.ts';

const REF = `${GRAPH}@current`;

describe('where links of rover lead to', () => {
  let registry: TestRegistry;
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${registry.url}/graphs/${path}`, { headers: { 'x-api-key': registry.key, ...headers } });

  beforeAll(async () => {
    registry = await startTestRegistry();
    await registry.publish('products', PRODUCTS);
    const schema = await registry.file(
      'x.graphql',
      PRODUCTS.replace('weight: Int', '"<script>" Bad_one: Int'),
    );
    await registry.rover(['subgraph', 'check', REF, '--name', 'products', '--schema', schema]);
  }, 60_000);
  afterAll(() => registry.stop());

  it('is a page of the check for a browser, and JSON for programs', async () => {
    const page = await get(`${REF}/checks/1`, { accept: 'text/html' });
    const text = await page.text();
    const json = await (await get(`${REF}/checks/1`, { accept: 'application/json' })).json();

    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).toContain('FIELD_REMOVED');
    expect(text).toContain('type `Product`: field `weight` removed');
    expect(text).toContain('Product.Bad_one');
    expect(json).toMatchObject({ id: '1', subgraph: 'products', result: { passed: false } });
  });

  it('asks a browser for the key, and takes it as a password', async () => {
    const without = await fetch(`${registry.url}/graphs/${REF}/checks/1`);
    const basic = `Basic ${Buffer.from(`:${registry.key}`).toString('base64')}`;
    const withKey = await fetch(`${registry.url}/graphs/${REF}/launches/1`, {
      headers: { authorization: basic },
    });

    expect(without.status).toBe(401);
    expect(without.headers.get('www-authenticate')).toContain('Basic');
    expect(await withKey.json()).toMatchObject({
      number: 1,
      cause: { kind: 'PUBLISH', subgraphs: ['products'] },
    });
  });

  it.each([
    'other@current/checks/1',
    `${REF}/checks/99`,
    `${GRAPH}@other/checks/1`,
    `${REF}/launches/99`,
    REF,
    '%',
  ])('is nothing at %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it('rolls back to a launch, as a new one', async () => {
    const rollBack = (launch: number, key?: string) =>
      registry.platform(
        `mutation ($launch: Int!) { graph(id: "${GRAPH}") { variant(name: "current") { rollBack(launch: $launch) { launch } } } }`,
        { launch },
        key,
      );
    await registry.publish('reviews', REVIEWS);
    const supergraph = async () => (await registry.rover(['supergraph', 'fetch', REF])).stdout;
    expect(await supergraph()).toContain('name: "reviews"');

    const { body } = await rollBack(1);
    const missing = await rollBack(99);
    const refused = await rollBack(1, await registry.createKey({ role: 'OBSERVER' }));

    expect(body.data.graph.variant.rollBack).toEqual({ launch: 3 });
    expect(await supergraph()).not.toContain('name: "reviews"');
    expect((await registry.rover(['subgraph', 'list', REF])).stdout).not.toContain('reviews');
    expect(missing.body.errors?.[0]?.message).toContain('no launch 99');
    expect(refused.body.errors?.[0]?.message).toContain('may not manage');
  });
});
