import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createTestDatabase,
  type GraphqlAnswer,
  spawnService,
  waitFor,
  type SpawnedService,
  type TestDatabase,
} from '@tributary/testkit';
import pg from 'pg';
import { PRODUCTS } from './testing/schemas.ts';
import { GRAPH, startTestRegistry, type TestRegistry } from './testing/start-test-registry.ts';

const PUBLISH = `mutation ($name: String!, $sdl: String!) {
  graph(id: "${GRAPH}") {
    publishSubgraph(graphVariant: "current", name: $name, url: "http://s.test", revision: "", activePartialSchema: { sdl: $sdl }) {
      updatedGateway wasCreated errors { message }
    }
  }
}`;
const subgraph = (name: string, field = name): string =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")\ntype Query { ${field}: Int }`;

/** Launches that are not whole, or do not follow from the one before: there must be none. */
const BROKEN = `
  SELECT l.number FROM launches l JOIN variants v ON v.graph_id = l.graph_id AND v.name = l.variant
   WHERE l.number > v.latest_launch
      OR NOT EXISTS (SELECT FROM launch_subgraphs s WHERE (s.graph_id, s.variant, s.number) = (l.graph_id, l.variant, l.number))
   UNION ALL
  SELECT v.latest_launch FROM variants v
   WHERE v.latest_launch <> (SELECT count(*) FROM launches l WHERE l.graph_id = v.graph_id AND l.variant = v.name)`;

describe('two publishes at once', () => {
  const registries: TestRegistry[] = [];
  afterEach(async () => {
    for (const registry of registries.splice(0)) await registry.stop();
  });

  it('both count, each in a launch of its own', async () => {
    const registry = await startTestRegistry();
    registries.push(registry);
    const names = Array.from({ length: 6 }, (_, index) => `s${index}`);

    const answers = await Promise.all(
      names.map((name) => registry.platform(PUBLISH, { name, sdl: subgraph(name) })),
    );
    const { rows } = await registry.pool.query(
      `SELECT number, (SELECT count(*)::int FROM launch_subgraphs s WHERE s.number = l.number) AS subgraphs
         FROM launches l ORDER BY number`,
    );

    for (const { body } of answers)
      expect(body.data.graph.publishSubgraph).toEqual({ updatedGateway: true, wasCreated: true, errors: [] });
    expect(rows).toEqual(names.map((_, index) => ({ number: index + 1, subgraphs: index + 1 })));
    expect((await registry.pool.query(BROKEN)).rows).toEqual([]);
  });
});

describe('a registry process', () => {
  const MAIN = 'registry/src/main.ts';
  let database: TestDatabase;
  let key: string;
  const running = new Set<SpawnedService>();
  const env = () => ({ POSTGRES_URL: database.url, PORT: '0' });
  const start = async (): Promise<{ service: SpawnedService; url: string }> => {
    const service = spawnService(MAIN, [], env());
    running.add(service);
    return { service, url: await service.url };
  };
  const post = async (url: string, name: string, sdl: string) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': key },
      body: JSON.stringify({ query: PUBLISH, variables: { name, sdl } }),
    });
    return (await response.json()) as GraphqlAnswer;
  };
  const supergraphOf = async (url: string) =>
    (await fetch(`${url}/supergraph/${GRAPH}@current`, { headers: { 'x-api-key': key } })).text();
  const query = async (sql: string) => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(sql);
    await client.end();
    return rows;
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    const migrated = await spawnService(MAIN, ['migrate'], env()).finished;
    const created = await spawnService(MAIN, ['create-key'], { ...env(), GRAPH_ID: GRAPH }).finished;
    key = created.output.trim();
    expect([migrated.exitCode, created.exitCode]).toEqual([0, 0]);
    expect(key).toMatch(/^service:shop:[\w-]{43}$/);
  });
  afterAll(async () => {
    for (const service of running) {
      service.process.kill('SIGKILL');
      await service.finished;
    }
    await database.drop();
  });

  it('does not start without its database migrated, and names every wrong setting', async () => {
    const empty = await createTestDatabase();
    const unmigrated = await spawnService(MAIN, [], { POSTGRES_URL: empty.url, PORT: '0' }).finished;
    const wrong = await spawnService(MAIN, [], { PORT: 'x', SCHEMA_TIMEOUT_MS: '0' }).finished;
    await empty.drop();

    expect(unmigrated).toMatchObject({ exitCode: 1, output: expect.stringContaining('main.ts migrate') });
    expect(wrong.exitCode).toBe(2);
    for (const name of ['POSTGRES_URL', 'PORT', 'SCHEMA_TIMEOUT_MS'])
      expect(wrong.output).toContain(`- ${name}: `);
  });

  it('leaves the old launch or the new one when it is killed during a publish', async () => {
    let { service, url } = await start();
    await post(url, 'products', PRODUCTS);
    for (const [round, delayMs] of [0, 40].entries()) {
      const acknowledged: string[] = [];
      const publishes = Array.from({ length: 3 }, async (_, index) => {
        const name = `r${round}n${index}`;
        const answer = await post(url, name, subgraph(name));
        if (answer.data?.graph?.publishSubgraph?.updatedGateway === true) acknowledged.push(name);
        if (index === 0 || delayMs > 0) setTimeout(() => service.process.kill('SIGKILL'), delayMs);
      });
      await Promise.allSettled(publishes);
      service.process.kill('SIGKILL');
      await service.finished;
      running.delete(service);
      ({ service, url } = await start());

      const supergraph = await supergraphOf(url);
      for (const name of acknowledged) expect(supergraph).toContain(`@join__graph(name: "${name}"`);
      expect(acknowledged.length).toBeGreaterThan(0);
      expect(await query(BROKEN)).toEqual([]);
    }
    const [{ count }] = await query('SELECT count(*)::int FROM launches WHERE supergraph_hash IS NULL');
    expect(count).toBe(0);
  });

  it('takes publishes from several processes for one variant', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    const names = Array.from({ length: 6 }, (_, index) => `both${index}`);

    const answers = await Promise.all(
      names.map((name, index) => post(index % 2 === 0 ? one.url : two.url, name, subgraph(name))),
    );

    for (const answer of answers) expect(answer.data.graph.publishSubgraph.updatedGateway).toBe(true);
    const supergraph = await supergraphOf(one.url);
    for (const name of names) expect(supergraph).toContain(`@join__graph(name: "${name}"`);
    expect(await query(BROKEN)).toEqual([]);
  });

  it('says that nothing was changed while the database is away, and goes on when it is back', async () => {
    const { url } = await start();
    const name = new URL(database.url).pathname.slice(1);
    const administer = async (sql: string): Promise<void> => {
      const client = new pg.Client({ connectionString: process.env['TEST_POSTGRES_URL'] });
      await client.connect();
      await client.query(sql);
      await client.end();
    };
    await administer(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
    await administer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
    const during = await post(url, 'late', subgraph('late'));
    await administer(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
    const after = await waitFor(async () => {
      const answer = await post(url, 'late', subgraph('late'));
      return answer.errors === undefined ? answer : undefined;
    });

    expect(during.data.graph).toBeNull();
    expect(during.errors).toHaveLength(1);
    expect(after.data.graph.publishSubgraph).toMatchObject({ updatedGateway: true });
  });
});
