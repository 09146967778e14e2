import { silentLogger } from '@tributary/service-kit';
import { createPool } from '@tributary/subgraph-kit/postgres';
import {
  createTestDatabase,
  runRover,
  type GraphqlAnswer,
  type RoverResult,
  type TestDatabase,
} from '@tributary/testkit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import type { AdmissionLimits } from '../access/admission.ts';
import { createKeyStore, type NewKey } from '../access/key-store.ts';
import { createPostgresGraphStore } from '../graphs/postgres-graph-store.ts';
import { migrate } from '../migrate.ts';
import { createRegistry, type RegistryOptions } from '../registry.ts';

export const GRAPH = 'shop';

const GENEROUS: AdmissionLimits = {
  requestsPerMinute: 1_000_000,
  reportsPerSecond: 1_000_000,
  signInsPerMinute: 1_000_000,
  trustedProxies: 0,
};

export interface TestRegistry {
  readonly url: string;
  readonly databaseUrl: string;
  readonly pool: pg.Pool;
  /** An administrator's key of the graph. */
  readonly key: string;
  createKey(key: Omit<NewKey, 'graphId' | 'name'>): Promise<string>;
  /** Runs the real rover against it; with the administrator's key unless `env` has another. */
  rover(
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
    input?: string,
  ): Promise<RoverResult>;
  /** Writes a file. @returns its path. */
  file(name: string, content: string): Promise<string>;
  publish(subgraph: string, sdl: string, ref?: string): Promise<RoverResult>;
  /** Asks its platform API as rover does. */
  platform(
    query: string,
    variables?: unknown,
    key?: string,
  ): Promise<{ readonly status: number; readonly body: GraphqlAnswer }>;
  /** Starts a second process's worth of it on the same database. @returns what stops it. */
  startAnother(): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

/** The real registry over HTTP on a database of its own, with one graph. */
export async function startTestRegistry(
  options: Partial<RegistryOptions> = {},
  givenDatabase?: TestDatabase,
): Promise<TestRegistry> {
  const database = givenDatabase ?? (await createTestDatabase());
  const logger = silentLogger();
  await migrate(database.url, logger);
  const pool = createPool({ connectionString: database.url, applicationName: 'test', logger });
  await createPostgresGraphStore(pool).createGraph(GRAPH, 'The shop');
  const keys = createKeyStore(pool);
  const createKey: TestRegistry['createKey'] = async (key) =>
    (await keys.create({ graphId: GRAPH, name: 'test', ...key }, 'test')).token;
  const settings: RegistryOptions = {
    pool,
    logger,
    host: '127.0.0.1',
    port: 0,
    publicUrl: undefined,
    explorerUrl: undefined,
    maxSchemaBytes: 4_000_000,
    schemaTimeoutMs: 20_000,
    limits: GENEROUS,
    uplinkMinDelaySeconds: 1,
    checkWindowMs: 7 * 86_400_000,
    passWithoutOperations: false,
    lintLevels: {},
    usageRetentionMs: 90 * 86_400_000,
    ...options,
  };
  const registry = await createRegistry(settings);
  const url = await registry.start();
  const key = await createKey({ role: 'ADMIN' });
  const home = await mkdtemp(join(tmpdir(), 'tributary-registry-'));
  const file: TestRegistry['file'] = async (name, content) => {
    const path = join(home, name);
    await writeFile(path, content);
    return path;
  };
  const rover: TestRegistry['rover'] = (args, env = {}, input) =>
    runRover(args, {
      home,
      env: { APOLLO_REGISTRY_URL: `${url}/graphql`, APOLLO_KEY: key, ...env },
      ...(input === undefined ? {} : { input }),
    });
  return {
    url,
    databaseUrl: database.url,
    pool,
    key,
    createKey,
    rover,
    file,
    publish: async (subgraph, sdl, ref = `${GRAPH}@current`) =>
      rover([
        ...[
          'subgraph',
          'publish',
          ref,
          '--name',
          subgraph,
          '--routing-url',
          `http://${subgraph}.test/graphql`,
        ],
        ...['--schema', await file(`${subgraph}-${Math.random()}.graphql`, sdl)],
      ]),
    platform: async (query, variables = {}, asKey = key) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': asKey },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, body: (await response.json()) as GraphqlAnswer };
    },
    startAnother: async () => {
      const other = await createRegistry(settings);
      await other.start();
      return () => other.stop();
    },
    stop: async () => {
      await registry.stop();
      await pool.end();
      await database.drop();
      await rm(home, { recursive: true });
    },
  };
}
