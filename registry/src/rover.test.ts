import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PRODUCTS, REVIEWS } from './testing/schemas.ts';
import { GRAPH, startTestRegistry, type TestRegistry } from './testing/start-test-registry.ts';

const REF = `${GRAPH}@current`;
const BROKEN = PRODUCTS.replace('name: String!', 'name: Nowhere!');

describe('rover', () => {
  let registry: TestRegistry;
  const rover = (...args: string[]) => registry.rover(args);

  beforeAll(async () => {
    registry = await startTestRegistry();
  });
  afterAll(() => registry.stop());

  it('is told whose key it has', async () => {
    const { code, stdout } = await rover('config', 'whoami');

    expect(code).toBe(0);
    expect(stdout).toMatch(/Key Type +┆ Graph/);
    expect(stdout).toContain('The shop');
  });

  it('is told at once that a key is unknown', async () => {
    const { code, stderr } = await registry.rover(['config', 'whoami'], { APOLLO_KEY: 'service:shop:wrong' });
    const list = await registry.rover(['subgraph', 'list', REF], { APOLLO_KEY: 'wrong' });

    expect(code).toBe(1);
    expect(stderr).toContain('The API key at `$APOLLO_KEY` is invalid');
    expect(list.code).toBe(1);
    expect(list.stderr).toContain('knows no such API key');
  });

  it('says that there is no such variant, and no such graph', async () => {
    const variant = await rover('subgraph', 'list', `${GRAPH}@nowhere`);
    const graph = await rover('subgraph', 'list', 'elsewhere@current');

    expect(variant).toMatchObject({ code: 1, stderr: expect.stringContaining('error[E010]') });
    expect(graph).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('This API key is of graph shop'),
    });
  });

  it('publishes, lists, fetches', async () => {
    const first = await registry.publish('products', PRODUCTS);
    const again = await registry.publish('products', PRODUCTS);
    const other = await registry.publish('reviews', REVIEWS);
    const list = await rover('subgraph', 'list', REF, '--format', 'json');
    const fetched = await rover('subgraph', 'fetch', REF, '--name', 'products');
    const supergraph = await rover('supergraph', 'fetch', REF);
    const api = await rover('graph', 'fetch', REF);

    expect(first.code).toBe(0);
    expect(first.stderr).toContain("A new subgraph called 'products' was created in 'shop@current'");
    expect(first.stderr).toContain("was updated, composed from the updated 'products' subgraph");
    expect(first.stderr).toContain(`Launch 1: ${registry.url}/graphs/shop@current/launches/1`);
    expect(again.stderr).toContain('was NOT updated because no changes were detected');
    expect(other.code).toBe(0);
    expect(
      JSON.parse(list.stdout)
        .data.subgraphs.map((each: { name: string }) => each.name)
        .sort(),
    ).toEqual(['products', 'reviews']);
    expect(fetched.stdout.trim()).toBe(PRODUCTS.trim());
    expect(supergraph.stdout).toContain('@join__graph(name: "reviews", url: "http://reviews.test/graphql")');
    expect(api.stdout).toContain('reviews: [Review!]!');
    expect(api.stdout).not.toContain('join__');
  });

  it('keeps the routing URL when a publish names none', async () => {
    const schema = await registry.file(
      'p.graphql',
      PRODUCTS.replace('weight: Int', 'weight: Int\n  size: Int'),
    );
    const { code } = await rover('subgraph', 'publish', REF, '--name', 'products', '--schema', schema);
    const list = await rover('subgraph', 'list', REF);

    expect(code).toBe(0);
    expect(list.stdout).toContain('http://products.test/graphql');
  });

  it('names what does not exist', async () => {
    const subgraph = await rover('subgraph', 'fetch', REF, '--name', 'nothing');
    const supergraph = await rover('supergraph', 'fetch', `${GRAPH}@nowhere`);

    expect(subgraph).toMatchObject({ code: 1, stderr: expect.stringContaining('error[E009]') });
    expect(subgraph.stderr).toContain('products');
    expect(supergraph).toMatchObject({ code: 1, stderr: expect.stringContaining('error[E008]') });
  });

  it('publishes what does not compose with a warning, and gateways keep what they have', async () => {
    const { code, stderr } = await registry.publish('products', BROKEN);
    const supergraph = await rover('supergraph', 'fetch', REF);

    expect(code).toBe(0);
    expect(stderr).toContain('The following build errors occurred');
    expect(stderr).toContain('INVALID_GRAPHQL: [products] Unknown type Nowhere');
    expect(stderr).toContain('was NOT updated with a new schema');
    expect(supergraph.stdout).toContain('size: Int');

    await registry.publish('products', PRODUCTS);
    expect((await rover('supergraph', 'fetch', REF)).stdout).not.toContain('size: Int');
  });

  it('deletes, and is told before what that would break', async () => {
    const rehearsed = await rover('subgraph', 'delete', REF, '--name', 'reviews');
    const kept = await rover('subgraph', 'list', REF);
    const deleted = await rover('subgraph', 'delete', REF, '--name', 'reviews', '--confirm');
    const unknown = await rover('subgraph', 'delete', REF, '--name', 'reviews', '--confirm');

    expect(rehearsed).toMatchObject({ code: 0, stderr: expect.stringContaining('Delete cancelled by user') });
    expect(kept.stdout).toContain('reviews');
    expect(deleted.code).toBe(0);
    expect(deleted.stderr).toContain("The 'reviews' subgraph was removed from 'shop@current'");
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('has no subgraph reviews') });
    expect((await rover('supergraph', 'fetch', REF)).stdout).not.toContain('Review');
  });

  it('is refused what its key is not for', async () => {
    const key = await registry.createKey({
      role: 'PUBLISHER',
      subgraphs: [{ variant: 'current', subgraph: 'reviews' }],
    });
    const schema = await registry.file('reviews.graphql', REVIEWS);
    const publish = (name: string, ref = REF) =>
      registry.rover(
        ['subgraph', 'publish', ref, '--name', name, '--schema', schema, '--routing-url', 'http://r.test'],
        { APOLLO_KEY: key },
      );

    expect(await publish('reviews')).toMatchObject({ code: 0 });
    expect(await publish('products')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('may not publish products to variant current'),
    });
    expect(await publish('reviews', `${GRAPH}@other`)).toMatchObject({ code: 1 });
    expect(await registry.rover(['api-key', 'list', GRAPH], { APOLLO_KEY: key })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('which may not manage'),
    });
  });

  it('makes, lists, renames and deletes API keys', async () => {
    const config = await registry.file('keys.yaml', `${GRAPH}:\n  current: [products]\n`);
    const created = await rover(
      ...[
        'api-key',
        'create',
        GRAPH,
        'subgraph',
        'ci of products',
        '--subgraph-config',
        config,
        '--format',
        'json',
      ],
    );
    const { id, api_key: token } = JSON.parse(created.stdout).data as { id: string; api_key: string };
    const renamed = await rover('api-key', 'rename', GRAPH, id, 'ci');
    const list = await rover('api-key', 'list', GRAPH, '--format', 'json');
    const used = await registry.rover(['config', 'whoami'], { APOLLO_KEY: token });
    const deleted = await rover('api-key', 'delete', GRAPH, id);
    const after = await registry.rover(['config', 'whoami'], { APOLLO_KEY: token });

    expect(created.code).toBe(0);
    expect(renamed.code).toBe(0);
    expect(list.stdout).toContain('"ci"');
    expect(list.stdout).not.toContain(token);
    expect(used.code).toBe(0);
    expect(deleted.code).toBe(0);
    expect(after.code).toBe(1);
  });
});
