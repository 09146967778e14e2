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
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProducts, type Products } from './products.ts';
import { openMongo, type MongoDatabase } from './store/mongo/database.ts';
import { migrateMongo } from './store/mongo/migrate-mongo.ts';
import { createMongoProductsStore } from './store/mongo/mongo-products-store.ts';
import { createDraft, createStock, productInput } from './testing/create-test-product.ts';
import { raceForStock } from './testing/race-for-stock.ts';
import { reservationClient } from './testing/reservation-client.ts';
import { SETUP_TIMEOUT_MS, startTestProducts, type TestProducts } from './testing/start-test-products.ts';
import { stockProblems } from './testing/stock-problems.ts';

/** Stands between service and store, and can cut them off from each other. */
interface Line {
  readonly port: number;
  cut(): void;
  /** The store still takes what it is sent, but nothing comes back. */
  stall(): void;
  mend(): void;
  close(): Promise<void>;
}

async function openLine(targetPort: number): Promise<Line> {
  let broken = false;
  let stalled = false;
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
      from.on('data', (chunk) => {
        if (!stalled || from === socket) to.write(chunk);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    cut: () => {
      broken = true;
      for (const socket of sockets) socket.destroy();
    },
    stall: () => {
      stalled = true;
    },
    mend: () => {
      broken = false;
      stalled = false;
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
  database = openMongo(uri, { answerTimeoutMs: 1_000 });
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

describe('with a store that does not answer', () => {
  it('a request ends, and the service goes on when there are answers again', async () => {
    line.stall();
    const { data, errors } = await ask('{ products { nodes { id } } }');
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
    line.mend();
    await waitFor(async () => (await ask('{ products { nodes { id } } }')).errors === undefined, {
      what: 'an answer',
    });
  });
});

describe('whose primary steps down', () => {
  const UNITS = 40;
  let products: TestProducts;
  beforeAll(async () => {
    // Never the server that MONGODB_URI names: other tests are using it at this moment.
    const folder = await mkdtemp(join(tmpdir(), 'products-election-'));
    const own = await createEmbeddedTestMongo(folder);
    const stop = async (): Promise<void> => {
      await own.stop();
      await rm(folder, { recursive: true, force: true });
    };
    products = await startTestProducts({ uri: own.uri, stop });
  }, SETUP_TIMEOUT_MS);
  afterAll(() => products.stop());

  const stepDown = (seconds: number) =>
    products.database.client
      .db('admin')
      .command({ replSetStepDown: seconds, secondaryCatchUpPeriodSecs: 0, force: true });

  it('every request has its effect, once, though elections come in between', async () => {
    const variantId = await createStock(products, UNITS);
    const race = raceForStock([reservationClient(products.askPayments)], variantId, 8, () => 1);
    await stepDown(1);
    expect(await race).toMatchObject({ sold: UNITS });
    expect(await stockProblems(products.database.collections, new Map([[variantId, UNITS]]))).toEqual([]);
  });

  it('without another in time, requests are refused until there is one', async () => {
    await stepDown(5);
    const { errors } = await products.ask('{ products { nodes { id } } }');
    expect(errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
    await waitFor(async () => (await products.ask('{ products { nodes { id } } }')).errors === undefined, {
      what: 'a primary',
    });
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
