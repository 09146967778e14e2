import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createTestMongo,
  createTestTrust,
  graphqlClient,
  spawnService,
  userViewer,
  type SpawnedService,
  type TestMongo,
  type TestTrust,
} from '@tributary/testkit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { productInput } from './testing/create-test-product.ts';

const MAIN = 'subgraphs/products/src/main.ts';
const TIMEOUT_MS = 60_000;
const CREATE = `mutation ($input: ProductCreateInput!) {
  productCreate(input: $input) { product { id } userErrors { code } }
}`;

describe('the process', () => {
  let mongo: TestMongo;
  let trust: TestTrust;
  let folder: string;
  let env: Readonly<Record<string, string>>;
  const running = new Set<SpawnedService>();
  const run = (args: readonly string[], changes: Readonly<Record<string, string>> = {}) =>
    spawnService(MAIN, args, { ...env, ...changes }).finished;
  const start = (): SpawnedService => {
    const spawned = spawnService(MAIN, [], env);
    running.add(spawned);
    return spawned;
  };
  const admin = async (spawned: SpawnedService) => {
    const request = graphqlClient(`${await spawned.url}/graphql`, 'products', trust);
    return (query: string, variables: Readonly<Record<string, unknown>> = {}) =>
      request(query, variables, userViewer('usr_admin', ['catalog:write']));
  };

  beforeAll(async () => {
    mongo = await createTestMongo();
    trust = await createTestTrust();
    folder = await mkdtemp(join(tmpdir(), 'products-test-'));
    const trustFile = join(folder, 'trust.json');
    await writeFile(trustFile, JSON.stringify(trust.trust));
    env = { PATH: process.env['PATH'] ?? '', MONGODB_URI: mongo.uri, TRUST_FILE: trustFile, PORT: '0' };
  }, TIMEOUT_MS);
  afterAll(async () => {
    for (const spawned of running) spawned.process.kill('SIGKILL');
    await Promise.all([...running].map(({ finished }) => finished));
    await rm(folder, { recursive: true });
    await mongo.stop();
  }, TIMEOUT_MS);

  it(
    'explains its commands and names every wrong setting',
    async () => {
      const [help, unknown, wrong] = await Promise.all([
        run(['--help']),
        run(['dance']),
        run([], { MONGODB_URI: 'postgres://x', TRUST_FILE: '', PORT: '70000', MEDIA_BASE_URL: 'nonsense' }),
      ]);
      expect(help).toEqual({ exitCode: 0, output: expect.stringContaining('migrate') });
      expect(unknown).toEqual({ exitCode: 2, output: expect.stringContaining('no command "dance"') });
      expect(wrong.exitCode).toBe(2);
      for (const name of ['MONGODB_URI', 'TRUST_FILE', 'PORT', 'MEDIA_BASE_URL'])
        expect(wrong.output).toContain(`- ${name}: `);
    },
    TIMEOUT_MS,
  );

  it(
    'says what to do when its store is away or not set up, or its port is taken',
    async () => {
      expect(await run([])).toEqual({
        exitCode: 1,
        output: expect.stringContaining('with the argument "migrate"'),
      });
      expect(await run(['migrate'], { MONGODB_URI: 'mongodb://127.0.0.1:1/products' })).toEqual({
        exitCode: 1,
        output: expect.stringContaining('correct MONGODB_URI'),
      });
      expect((await run(['migrate'])).exitCode).toBe(0);
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      const { port } = other.address() as { port: number };
      expect(await run([], { PORT: String(port) })).toEqual({
        exitCode: 1,
        output: expect.stringContaining(`Port ${port}`),
      });
      other.close();
    },
    TIMEOUT_MS,
  );

  it(
    'seeds with one line a step',
    async () => {
      const { exitCode, output } = await run(['seed']);
      expect(exitCode).toBe(0);
      expect(output.trim().split('\n')).toHaveLength(8);
      expect(output).toContain('"seed.step":"products","seed.inserted":240');
    },
    TIMEOUT_MS,
  );

  it(
    'loses no acknowledged product when it is killed, and leaves none half-made',
    async () => {
      const acknowledged: string[] = [];
      for (const killAfter of [2, 7]) {
        const victim = start();
        const ask = await admin(victim);
        let answered = 0;
        await Promise.allSettled(
          Array.from({ length: 16 }, async () => {
            const { data } = await ask(CREATE, { input: productInput() });
            acknowledged.push(data.productCreate.product.id as string);
            answered += 1;
            if (answered === killAfter) victim.process.kill('SIGKILL');
          }),
        );
        await victim.finished;
      }
      expect(acknowledged.length).toBeGreaterThanOrEqual(9);
      const survivor = start();
      const ask = await admin(survivor);
      for (const id of acknowledged) {
        const { data } = await ask(
          'query ($id: ID!) { product(id: $id) { variants { nodes { stockStatus } } } }',
          { id },
        );
        expect(data.product.variants.nodes).toEqual([{ stockStatus: 'IN_STOCK' }]);
      }
      const { data } = await ask(
        '{ products(first: 100, filter: { status: [DRAFT] }) { nodes { variants { nodes { id } } } } }',
      );
      for (const { variants } of data.products.nodes) expect(variants.nodes.length).toBeGreaterThan(0);
      survivor.process.kill('SIGTERM');
      expect((await survivor.finished).exitCode).toBe(0);
    },
    TIMEOUT_MS,
  );
});
