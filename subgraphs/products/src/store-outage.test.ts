import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { createTestTrust, graphqlClient, waitFor, type GraphqlRequest } from '@tributary/testkit';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createTestMongo, type TestMongo } from '@tributary/testkit';
import { createProducts, type Products } from './products.ts';
import { openMongo, type MongoDatabase } from './store/mongo/database.ts';
import { migrateMongo } from './store/mongo/migrate-mongo.ts';
import { createMongoProductsStore } from './store/mongo/mongo-products-store.ts';
import { SETUP_TIMEOUT_MS } from './testing/start-test-products.ts';

/** Stands between service and store, and can cut them off from each other. */
interface Line {
  readonly port: number;
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

async function openLine(targetPort: number): Promise<Line> {
  let broken = false;
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    if (broken) {
      socket.destroy();
      return;
    }
    const target = connect(targetPort, '127.0.0.1');
    for (const [from, to] of [
      [socket, target],
      [target, socket],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    cut: () => {
      broken = true;
      for (const socket of sockets) socket.destroy();
    },
    mend: () => {
      broken = false;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
}

let mongo: TestMongo;
let line: Line;
let database: MongoDatabase;
let service: Products;
let ask: GraphqlRequest;
let origin: string;

beforeAll(async () => {
  mongo = await createTestMongo();
  const target = new URL(mongo.uri);
  line = await openLine(Number(target.port));
  const uri = `mongodb://127.0.0.1:${line.port}${target.pathname}?directConnection=true`;
  database = openMongo(uri);
  await migrateMongo(database, silentLogger());
  const trust = await createTestTrust();
  service = await createProducts({
    host: '127.0.0.1',
    port: 0,
    mediaBaseUrl: 'https://shop.example',
    introspection: false,
    trust: trust.trust,
    store: createMongoProductsStore(database, silentLogger()),
    logger: silentLogger(),
    sweepIntervalMs: 50,
  });
  origin = await service.start();
  ask = graphqlClient(`${origin}/graphql`, 'products', trust);
}, SETUP_TIMEOUT_MS);
afterAll(async () => {
  await service.stop();
  await database.close();
  await line.close();
  await mongo.stop();
});

describe('without its store', () => {
  const readiness = async (): Promise<number> => (await fetch(`${origin}/readyz`)).status;

  it('the service says so, stays alive and comes back by itself', async () => {
    expect(await readiness()).toBe(200);
    line.cut();
    const { data, errors } = await ask('{ products { nodes { id } } }');
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
    expect(await readiness()).toBe(503);
    expect((await fetch(`${origin}/livez`)).status).toBe(200);
    line.mend();
    await waitFor(async () => (await readiness()) === 200, { what: 'readiness' });
    expect((await ask('{ products { nodes { id } } }')).data).toEqual({ products: { nodes: [] } });
  });
});
