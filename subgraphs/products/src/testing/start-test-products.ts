import { silentLogger, type Viewer } from '@tributary/service-kit';
import {
  createTestMongo,
  createTestTrust,
  graphqlClient,
  userViewer,
  type GraphqlAnswer,
  type TestMongo,
  type TestTrust,
} from '@tributary/testkit';
import type { CommandStartedEvent } from 'mongodb';
import { createProducts, type Products } from '../products.ts';
import { openMongo, type MongoDatabase } from '../store/mongo/database.ts';
import { migrateMongo } from '../store/mongo/migrate-mongo.ts';
import { createMongoProductsStore } from '../store/mongo/mongo-products-store.ts';
import type { ProductsStore } from '../store/products-store.ts';
import { createTestClock, type TestClock } from './test-clock.ts';

type Ask = (query: string, variables?: Readonly<Record<string, unknown>>) => Promise<GraphqlAnswer>;

export interface TestProducts {
  readonly service: Products;
  readonly origin: string;
  readonly uri: string;
  readonly database: MongoDatabase;
  readonly store: ProductsStore;
  readonly trust: TestTrust;
  readonly clock: TestClock;
  /** A stranger. */
  readonly ask: Ask;
  /** Somebody with every staff scope. */
  readonly askAdmin: Ask;
  /** The payments service. */
  readonly askPayments: Ask;
  askAs(viewer: Viewer): Ask;
  /** The data commands the store got while `work` ran, oldest first. */
  commandsOf(work: () => Promise<unknown>): Promise<readonly string[]>;
  stop(): Promise<void>;
}

const STAFF_SCOPES = ['catalog:write', 'inventory:read', 'inventory:write'];
const DATA_COMMANDS = new Set([
  'find',
  'aggregate',
  'getMore',
  'count',
  'distinct',
  'insert',
  'update',
  'delete',
  'findAndModify',
]);
/** Sweeps run when a test asks for them. */
const NEVER_MS = 2_147_483_647;

/** For `beforeAll`: a store has to start on a machine that is busy with other tests. */
export const SETUP_TIMEOUT_MS = 60_000;

/** The real service over HTTP on a database of its own. */
export async function startTestProducts(givenMongo?: TestMongo): Promise<TestProducts> {
  const mongo = givenMongo ?? (await createTestMongo());
  const database = openMongo(mongo.uri, { monitorCommands: true });
  await migrateMongo(database, silentLogger());
  const trust = await createTestTrust();
  const store = createMongoProductsStore(database, silentLogger());
  const clock = createTestClock();
  const service = await createProducts({
    host: '127.0.0.1',
    port: 0,
    mediaBaseUrl: 'https://shop.example',
    introspection: false,
    trust: trust.trust,
    store,
    logger: silentLogger(),
    now: clock.now,
    sweepIntervalMs: NEVER_MS,
  });
  const origin = await service.start();
  const url = `${origin}/graphql`;
  const request = graphqlClient(url, 'products', trust);
  const payments = graphqlClient(url, 'products', await trust.serviceSigner('payments'));
  const askAs =
    (viewer: Viewer): Ask =>
    (query, variables) =>
      request(query, variables, viewer);
  const paymentsViewer: Viewer = { kind: 'service', id: 'payments', scopes: ['inventory:reserve'] };
  return {
    service,
    origin,
    uri: mongo.uri,
    database,
    store,
    trust,
    clock,
    ask: (query, variables) => request(query, variables),
    askAs,
    askAdmin: askAs(userViewer('usr_admin', STAFF_SCOPES)),
    askPayments: (query, variables) => payments(query, variables, paymentsViewer),
    commandsOf: async (work) => {
      const commands: string[] = [];
      const listen = ({ commandName, command }: CommandStartedEvent): void => {
        if (DATA_COMMANDS.has(commandName)) commands.push(`${commandName} ${String(command[commandName])}`);
      };
      database.client.on('commandStarted', listen);
      try {
        await work();
      } finally {
        database.client.off('commandStarted', listen);
      }
      return commands;
    },
    stop: async () => {
      await service.stop();
      await database.close();
      await mongo.stop();
    },
  };
}
