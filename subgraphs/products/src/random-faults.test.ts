/**
 * Real processes under real load, killed without warning: two instances of the service and, unless it is
 * somebody else's, the store. Which one dies when and what the buyers do is random and repeatable by seed.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger, type Viewer } from '@tributary/service-kit';
import {
  createTestTrust,
  graphqlClient,
  spawnService,
  waitFor,
  type SpawnedService,
  type TestTrust,
} from '@tributary/testkit';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from './seed/random.ts';
import { openMongo, type MongoDatabase } from './store/mongo/database.ts';
import { migrateMongo } from './store/mongo/migrate-mongo.ts';
import { createMongoProductsStore } from './store/mongo/mongo-products-store.ts';
import { sellVariants } from './testing/new-product.ts';
import { reservationClient } from './testing/reservation-client.ts';
import { stockProblems } from './testing/stock-problems.ts';

const PATIENCE_MS = 120_000;
const PAYMENTS: Viewer = { kind: 'service', id: 'payments', scopes: ['inventory:reserve'] };
const EXTERNAL = process.env['MONGODB_URI'];

let folder: string;
let trust: TestTrust;
let port: number;
let uri: string;
let database: MongoDatabase;
let mongo: SpawnedService | undefined;
const services: SpawnedService[] = [];

const startStore = async (): Promise<void> => {
  if (EXTERNAL !== undefined) return;
  const args = ['--data', join(folder, 'mongo'), '--port', String(port)];
  const started = spawnService('packages/embedded-mongo/src/main.ts', args, environment());
  mongo = started;
  await waitFor(() => started.output().includes('listening'), { timeoutMs: PATIENCE_MS, what: 'the store' });
};
const startService = (index: number): void => {
  services[index] = spawnService('subgraphs/products/src/main.ts', [], {
    ...environment(),
    MONGODB_URI: uri,
    TRUST_FILE: join(folder, 'trust.json'),
    PORT: '0',
    LOG_LEVEL: 'info',
  });
};
const environment = (): Record<string, string> => ({ PATH: process.env['PATH'] ?? '' });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'products-faults-'));
  trust = await createTestTrust();
  await writeFile(join(folder, 'trust.json'), JSON.stringify(trust.trust));
  port = await freePort();
  const url = new URL(EXTERNAL ?? `mongodb://127.0.0.1:${port}/?directConnection=true`);
  url.pathname = `/test_${randomBytes(8).toString('hex')}`;
  uri = url.href;
  await startStore();
  database = openMongo(uri);
  await migrateMongo(database, silentLogger());
}, PATIENCE_MS);
afterAll(async () => {
  for (const { process: child } of services) child.kill('SIGKILL');
  await Promise.all(services.map(({ finished }) => finished));
  if (EXTERNAL !== undefined) await database.db.dropDatabase();
  await database.close();
  mongo?.process.kill('SIGKILL');
  await mongo?.finished;
  await rm(folder, { recursive: true, force: true });
}, PATIENCE_MS);

describe('services and store that are killed under load', () => {
  it(
    'leave levels equal to the sum of their movements and nothing oversold',
    async () => {
      const random = createRandom('random faults');
      const initial = await sellVariants(
        createMongoProductsStore(database, silentLogger()).catalog,
        [5, 20, 80],
        10,
      );
      startService(0);
      startService(1);
      await Promise.all(services.map(({ url }) => url));
      let answered = 0;
      let over = false;
      const payments = await trust.serviceSigner('payments');
      const act = async (): Promise<void> => {
        const service = random.pick(services);
        const request = graphqlClient(`${await service.url}/graphql`, 'products', payments);
        const client = reservationClient((query, variables) => request(query, variables, PAYMENTS));
        const id = `chk_fault_${random.between(1, 60)}`;
        const lines = random
          .shuffle([...initial.keys()])
          .slice(0, random.between(1, 3))
          .map((variantId) => ({ variantId, quantity: random.between(1, 3) }));
        switch (random.between(0, 7)) {
          case 0:
            await client.release(id);
            break;
          case 1:
            await client.restock(id);
            break;
          case 2:
            await client.extend(id, 1);
            break;
          case 3:
          case 4:
            await client.commit(id);
            break;
          default:
            await client.create(id, lines);
        }
        answered += 1;
      };
      // A caller whose service just died asks again, like payments does.
      const buyer = async (): Promise<void> => {
        while (!over) await act().catch(() => new Promise((resolve) => setTimeout(resolve, 20)));
      };
      const buyers = Array.from({ length: 8 }, buyer);
      const afterSomeWork = async (): Promise<void> => {
        const enough = answered + 40;
        await waitFor(() => answered >= enough, { timeoutMs: PATIENCE_MS, what: 'work between faults' });
      };
      const victims = ['service', 'store', 'service', 'store'] as const;
      for (const victim of random.shuffle(victims)) {
        await afterSomeWork();
        if (victim === 'store' && mongo !== undefined) {
          mongo.process.kill('SIGKILL');
          await mongo.finished;
          await startStore();
        } else {
          const index = random.between(0, 1);
          services[index]?.process.kill('SIGKILL');
          await services[index]?.finished;
          startService(index);
        }
      }
      await afterSomeWork();
      over = true;
      await Promise.all(buyers);
      await database.collections.reservations.updateMany(
        { state: { $in: ['PENDING', 'HELD'] } },
        { $set: { expiresAt: new Date(0) } },
      );
      await waitFor(async () => (await stockProblems(database.collections, initial)).length === 0, {
        timeoutMs: PATIENCE_MS,
        what: 'the sweep',
      }).catch(() => undefined);
      expect(await stockProblems(database.collections, initial)).toEqual([]);
      expect(await database.collections.reservations.countDocuments({ state: 'COMMITTED' })).toBeGreaterThan(
        0,
      );
    },
    3 * PATIENCE_MS,
  );
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
}
