import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureKey, migrate } from '@tributary/registry';
import { silentLogger } from '@tributary/service-kit';
import {
  createTestDatabase,
  postGraphql,
  runRover,
  spawnService,
  startFakeSubgraph,
  waitFor,
  type FakeSubgraph,
  type RoverResult,
  type SpawnedService,
  type TestDatabase,
} from '@tributary/testkit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const REF = 'shop@current';
const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n';
const PRODUCTS = `${LINK}
type Query { products: [Product!]! }
type Product @key(fields: "id") {
  id: ID!
  name: String
  weight: Int
}`;
const REVIEWS = `${LINK}
type Product @key(fields: "id") {
  id: ID!
  rating: Int
}`;
const without = (field: string): string => PRODUCTS.replace(new RegExp(`  ${field}: .*\n`), '');

const CLIENT_QUERY = 'query Catalogue { products { id name rating } }';
const EXPECTED = { products: [{ id: '1', name: 'Shoe', rating: 5 }] };
/** Between two requests of a client: the machine has others to serve. */
const PAUSE_MS = 20;
const CLIENT = { 'apollographql-client-name': 'storefront', 'apollographql-client-version': '7' };

describe('a graph with a registry', () => {
  let database: TestDatabase;
  let folder: string;
  let registry: string;
  let key: string;
  let gateway: string;
  const processes: SpawnedService[] = [];
  const subgraphs: FakeSubgraph[] = [];
  let stopClients = async (): Promise<void> => {};

  const rover = (...args: string[]): Promise<RoverResult> =>
    runRover(args, {
      home: folder,
      env: { APOLLO_REGISTRY_URL: `${registry}/graphql`, APOLLO_KEY: key },
    });
  const file = async (sdl: string): Promise<string> => {
    const path = join(folder, 'schema.graphql');
    await writeFile(path, sdl);
    return path;
  };
  const check = async (sdl: string) =>
    rover('subgraph', 'check', REF, '--name', 'products', '--schema', await file(sdl));
  const publish = async (name: string, sdl: string, url: string) =>
    rover('subgraph', 'publish', REF, '--name', name, '--schema', await file(sdl), '--routing-url', url);
  const spawn = (main: string, args: readonly string[], env: Record<string, string>): SpawnedService => {
    const service = spawnService(main, args, env);
    processes.push(service);
    return service;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tributary-registry-e2e-'));
    database = await createTestDatabase();
    const store = { POSTGRES_URL: database.url, LOG_LEVEL: 'warn' } as const;
    await migrate(database.url, silentLogger());
    key = await ensureKey({ ...store, GRAPH_ID: 'shop', KEY_NAME: 'test', KEY_ROLE: 'ADMIN' }, undefined);
    registry = await spawn('registry/src/main.ts', [], {
      POSTGRES_URL: database.url,
      PORT: '0',
      UPLINK_MIN_DELAY_SECONDS: '1',
    }).url;
    const product = { id: '1', name: 'Shoe', weight: 300 };
    subgraphs.push(
      await startFakeSubgraph('products', PRODUCTS, {
        Query: { products: () => [product] },
        Product: { __resolveReference: () => product },
      }),
      await startFakeSubgraph('reviews', REVIEWS, {
        Product: { __resolveReference: ({ id }: { id: string }) => ({ id, rating: 5 }) },
      }),
    );
    for (const { name, sdl, url } of subgraphs) {
      const published = await publish(name, name === 'products' ? PRODUCTS : sdl, `${url}/graphql`);
      expect({ ...published, name }).toMatchObject({ code: 0 });
    }
    const config = join(folder, 'gateway.yaml');
    await writeFile(
      config,
      `listen: { port: 0 }
supergraph_source: { poll_interval: 1s }
persisted_queries: { registry: { enabled: true } }
telemetry:
  apollo:
    endpoint: ${registry}/api/ingress/traces
    batch_processor: { scheduled_delay: 500ms }
`,
    );
    const started = spawn('gateway/src/main.ts', ['--config', config], {
      APOLLO_KEY: key,
      APOLLO_GRAPH_REF: REF,
      APOLLO_UPLINK_ENDPOINTS: `${registry}/uplink`,
      APOLLO_TELEMETRY_DISABLED: 'true',
    });
    await waitFor(() => started.output().includes('Supergraph ready'), {
      timeoutMs: 90_000,
      what: 'the gateway',
    });
    gateway = /"url.full":"([^"]+)"/.exec(started.output())?.[1] ?? '';
  }, 240_000);

  afterAll(async () => {
    await stopClients();
    for (const { process, finished } of processes) {
      process.kill('SIGTERM');
      await finished;
    }
    for (const subgraph of subgraphs) await subgraph.close();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  it('has gateways take operations by their ids once rover has published them', async () => {
    const byId = (sha256Hash: string) =>
      postGraphql(gateway, { extensions: { persistedQuery: { version: 1, sha256Hash } } }, CLIENT);
    const register = async (id: string, body: string): Promise<void> => {
      const operation = { id, body, name: id, type: 'query' };
      const manifest = join(folder, 'manifest.json');
      await writeFile(
        manifest,
        JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations: [operation] }),
      );
      const published = await rover('persisted-queries', 'publish', REF, '--manifest', manifest);
      expect(published).toMatchObject({ code: 0 });
      await waitFor(async () => (await byId(id)).errors === undefined, { what: `the operation ${id}` });
    };

    expect((await byId('Registered')).errors).toMatchObject([
      { extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } },
    ]);
    await register('Registered', 'query Registered { products { id rating } }');
    await register('Later', 'query Later { products { rating } }');
    expect((await byId('Registered')).data).toEqual({ products: [{ id: '1', rating: 5 }] });
    expect((await byId('Later')).data).toEqual({ products: [{ rating: 5 }] });
  });

  it('refuses to lose what a client uses, lets go what nobody does, and serves the change within seconds', async () => {
    const failures: unknown[] = [];
    let answered = 0;
    let running = true;
    const clients = Array.from({ length: 4 }, async () => {
      while (running) {
        const answer = await postGraphql(gateway, { query: CLIENT_QUERY }, CLIENT).catch(
          (error: unknown) => ({
            status: 0,
            data: undefined,
            errors: error,
          }),
        );
        if (JSON.stringify(answer.data) !== JSON.stringify(EXPECTED)) failures.push(answer);
        answered += 1;
        await delay(PAUSE_MS);
      }
    });
    stopClients = async () => {
      running = false;
      await Promise.all(clients);
    };

    // What a client uses is recorded: the gateway reports it.
    const used = await waitFor(
      async () => {
        const result = await check(without('name'));
        return /used \d+ times by Catalogue \(storefront@7: \d+\)/.test(result.stdout) ? result : undefined;
      },
      { timeoutMs: 60_000, what: 'the use of the field' },
    );
    expect(used.code).toBe(1);
    expect(used.stderr).toContain('error[E043]');

    // What nobody uses may go, and is gone from the running gateway.
    const unused = await check(without('weight'));
    expect(unused).toMatchObject({ code: 0, stdout: expect.stringContaining('Operation Check [PASSED]') });
    const weightIsServed = async (): Promise<boolean> =>
      (await postGraphql(gateway, { query: '{ products { weight } }' })).errors === undefined;
    expect(await weightIsServed()).toBe(true);

    const before = answered;
    const published = await publish('products', without('weight'), `${subgraphs[0]?.url ?? ''}/graphql`);
    const publishedAt = Date.now();
    expect(published).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('was updated, composed from'),
    });
    await waitFor(async () => !(await weightIsServed()), { what: 'the gateway on the new graph' });
    const tookMs = Date.now() - publishedAt;
    await waitFor(() => answered > before + 20, { what: 'requests on the new graph' });
    await stopClients();

    expect(tookMs).toBeLessThan(5_000);
    expect(failures).toEqual([]);
  }, 180_000);
});
