import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PRODUCTS, REVIEWS } from './testing/schemas.ts';
import { GRAPH, startTestRegistry, type TestRegistry } from './testing/start-test-registry.ts';

describe('rover supergraph compose', () => {
  let registry: TestRegistry;
  const compose = async (version: string, args: readonly string[]) =>
    registry.rover(['supergraph', 'compose', '--skip-update-check', ...args], {
      APOLLO_ROVER_DOWNLOAD_HOST: registry.url,
      APOLLO_ROVER_SKIP_UPDATE: version === 'installed' ? '1' : 'false',
    });
  const config = async (version: string, products = PRODUCTS): Promise<string> => {
    const [one, two] = [
      await registry.file('products.graphql', products),
      await registry.file('reviews.graphql', REVIEWS),
    ];
    return registry.file(
      `supergraph-${Math.random()}.yaml`,
      `federation_version: ${version}
subgraphs:
  products: { routing_url: http://products.test, schema: { file: ${one} } }
  reviews: { routing_url: http://reviews.test, schema: { file: ${two} } }
`,
    );
  };

  beforeAll(async () => {
    registry = await startTestRegistry();
  });
  afterAll(() => registry.stop());

  it('takes its plugin from the registry, and composes as the registry does', async () => {
    const newest = await compose('latest', ['--config', await config('2')]);
    const exact = await compose('exact', ['--config', await config('=2.14.4')]);
    await registry.publish('products', PRODUCTS);
    await registry.publish('reviews', REVIEWS);
    const published = await registry.rover(['supergraph', 'fetch', `${GRAPH}@current`]);

    expect(newest).toMatchObject({ code: 0 });
    expect(newest.stdout).toContain('@join__graph(name: "reviews", url: "http://reviews.test")');
    expect(exact.stdout).toBe(newest.stdout);
    expect(newest.stdout.replaceAll('.test"', '.test/graphql"')).toBe(published.stdout);
  });

  it('composes what the registry has, with a file in place of one subgraph', async () => {
    const changed = await registry.file('changed.graphql', PRODUCTS.replace('weight: Int', 'size: Int'));
    const file = await registry.file(
      'override.yaml',
      `federation_version: =2.14.4\nsubgraphs:\n  products: { schema: { file: ${changed} } }\n`,
    );
    const { code, stdout } = await compose('exact', ['--graph-ref', `${GRAPH}@current`, '--config', file]);

    expect(code).toBe(0);
    expect(stdout).toContain('size: Int');
    expect(stdout).toContain('reviews: [Review!]!');
  });

  it('says why schemas do not compose, and what an empty config means', async () => {
    const broken = await compose('exact', [
      '--config',
      await config('=2.14.4', PRODUCTS.replace('name: String!', 'name: Nowhere!')),
    ]);
    const misread = await compose('installed', ['--config', await config('2.14.4')]);

    expect(broken).toMatchObject({ code: 1, stderr: expect.stringContaining('error[E029]') });
    expect(broken.stderr).toContain('[products] Unknown type Nowhere');
    expect(misread.code).toBe(1);
    expect(misread.stderr).toContain('The supergraph config has no subgraphs, or rover could not read it');
  });

  it('is refused versions and machines that the registry has no plugin for', async () => {
    const get = async (path: string) => (await fetch(`${registry.url}/tar/supergraph/${path}`)).status;

    expect(await get('x86_64-unknown-linux-gnu/v2.0.0')).toBe(404);
    expect(await get('x86_64-pc-windows-msvc/v2.14.4')).toBe(404);
  });
});
