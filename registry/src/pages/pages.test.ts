import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PRODUCTS, REVIEWS } from '../testing/schemas.ts';
import { GRAPH, startTestRegistry, type TestRegistry } from '../testing/start-test-registry.ts';

const REF = `${GRAPH}@current`;
const LONG = `${GRAPH}@long`;

describe('pages of the registry', () => {
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
  });
  afterAll(() => registry.stop());

  it('is a page of the check for a browser, and JSON for programs', async () => {
    const page = await get(`${REF}/checks/1`, { accept: 'text/html' });
    const text = await page.text();
    const json = await (await get(`${REF}/checks/1`, { accept: 'application/json' })).json();

    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).toContain('FIELD_<wbr />REMOVED');
    expect(text).toContain('type <code>Product</code>: field <code>weight</code> removed');
    expect(text).toContain('Product.Bad_one');
    expect(json).toMatchObject({ id: '1', subgraph: 'products', result: { passed: false } });
  });

  it('sends a browser without a session to the sign-in, and asks programs for a key', async () => {
    const browser = await fetch(`${registry.url}/graphs/${REF}/checks/1`, {
      headers: { accept: 'text/html' },
      redirect: 'manual',
    });
    const program = await fetch(`${registry.url}/graphs/${REF}/launches/1`);

    expect(browser.status).toBe(303);
    expect(browser.headers.get('location')).toBe(`/sign-in?next=%2Fgraphs%2Fshop%40current%2Fchecks%2F1`);
    expect(program.status).toBe(401);
    expect(await (await get(`${REF}/launches/1`)).json()).toMatchObject({
      number: 1,
      cause: { kind: 'PUBLISH', subgraphs: ['products'] },
    });
  });

  it('is where rover says that the details of a list are', async () => {
    const list = await registry.rover(['subgraph', 'list', REF]);
    const [, path = ''] = /full details at http:\/\/[^/]+(\S+)/.exec(list.stdout) ?? [];
    const response = await fetch(`${registry.url}${path}`, { redirect: 'manual' });

    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(`/graphs/${GRAPH}`);
  });

  it.each([
    'other@current/checks/1',
    `${REF}/checks/99`,
    `${GRAPH}@other/checks/1`,
    `${REF}/launches/99`,
    `${REF}/nowhere`,
    'other',
    'other/keys',
    '%',
  ])('is nothing at %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it('shows what a publisher wrote as text, whatever it is', async () => {
    const sdl = `"<script>alert(1)</script>"\ntype Query { a(b: String = "</code><img src=x>"): Int }`;
    await registry.publish('odd', sdl, `${GRAPH}@odd`);
    const page = await (await get(`${GRAPH}@odd/subgraphs/odd`, { accept: 'text/html' })).text();

    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).not.toMatch(/<script>|<img/);
  });

  it('lists launches in pages that later ones do not move', async () => {
    const launchesOn = async (query: string) =>
      [
        ...(await (await get(`${LONG}/launches${query}`, { accept: 'text/html' })).text()).matchAll(
          /launches\/(\d+)">/g,
        ),
      ].map(([, number]) => Number(number));
    const publish = async (index: number) =>
      registry.platform(
        `mutation ($sdl: String!) { graph(id: "${GRAPH}") { publishSubgraph(graphVariant: "long", name: "a", url: "http://a.test", revision: "", activePartialSchema: { sdl: $sdl }) { wasCreated } } }`,
        { sdl: `type Query { field${index}: Int }` },
      );
    for (let index = 1; index <= 27; index += 1) await publish(index);
    const first = await launchesOn('');
    await publish(28);
    const second = await launchesOn('?before=3');

    expect(first).toEqual(Array.from({ length: 25 }, (_, index) => 27 - index));
    expect(second).toEqual([2, 1]);
    expect(await launchesOn('?before=nonsense')).toHaveLength(25);
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
