import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import {
  createEmbeddedTestMongo,
  createTestMongo,
  createTestTrust,
  graphqlClient,
  mountSmallDisk,
  waitFor,
  type GraphqlRequest,
  type TestMongo,
} from '@tributary/testkit';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createProducts, type Products } from './products.ts';
import { openMongo, type MongoDatabase } from './store/mongo/database.ts';
import { migrateMongo } from './store/mongo/migrate-mongo.ts';
import { createMongoProductsStore } from './store/mongo/mongo-products-store.ts';
import { createDraft, productInput } from './testing/create-test-product.ts';
import { SETUP_TIMEOUT_MS, startTestProducts } from './testing/start-test-products.ts';

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

const disk = mountSmallDisk(32);
afterAll(() => disk?.unmount());

describe('with a store whose disk is full', () => {
  (disk === undefined ? it.skip : it)(
    'what cannot be kept is refused, and what was kept is there later',
    async () => {
      if (disk === undefined) return;
      const first = await startTestProducts(await createEmbeddedTestMongo(disk.path));
      const { slug } = await createDraft(first);
      await disk.fill();
      const { errors } = await first.askAdmin(
        'mutation ($input: ProductCreateInput!) { productCreate(input: $input) { product { id } } }',
        { input: productInput({ description: 'x'.repeat(2 * 4_096) }) },
      );
      expect(errors).toMatchObject([
        {
          message: 'A service this request depends on is not answering. Try again.',
          extensions: { code: 'SERVICE_UNAVAILABLE' },
        },
      ]);
      await first.stop();
      await disk.free();
      const mongo = await createEmbeddedTestMongo(disk.path);
      const uri = new URL(mongo.uri);
      uri.pathname = new URL(first.uri).pathname;
      const second = await startTestProducts({ uri: uri.href, stop: () => mongo.stop() });
      await createDraft(second);
      expect((await second.askAdmin(`{ productBySlug(slug: "${slug}") { slug } }`)).data).toEqual({
        productBySlug: { slug },
      });
      await second.stop();
    },
  );
});
