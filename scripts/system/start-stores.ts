import { postgresUrl } from '@tributary/subgraph-kit/postgres';
import { connect } from 'node:net';
import { join } from 'node:path';
import { findFreePort } from './ports.ts';
import { startProcess, type ManagedProcess } from './managed-process.ts';
import { startSupervisedPostgres, type SupervisedPostgres } from './supervised-postgres.ts';

export interface StoreOptions {
  readonly dataFolder: string;
  /** A PostgreSQL server to use instead of the local one; databases `users`, `payments` and `registry` must exist on it. */
  readonly postgresUrl: string | undefined;
  /** A MongoDB deployment to use instead of the embedded one; its path names the database. */
  readonly mongodbUri: string | undefined;
  readonly onEvent: (message: string) => void;
}

export interface Stores {
  /** What runs, for people. */
  readonly description: string;
  /** Where those are that we started, for people: their ports differ with each start. */
  readonly addresses: readonly string[];
  readonly usersUrl: string;
  readonly paymentsUrl: string;
  readonly registryUrl: string;
  readonly mongodbUri: string;
  /** The processes we started, for tests that kill them. */
  readonly postgres: SupervisedPostgres | undefined;
  readonly mongo: ManagedProcess | undefined;
  stop(): Promise<void>;
}

/** The stores of the system: the ones named, else local ones whose data stays in the data folder. */
export async function startStores(options: StoreOptions): Promise<Stores> {
  const { postgresUrl: ownPostgres } = options;
  if (ownPostgres !== undefined && !(postgresUrl.safeParse(ownPostgres).success && URL.canParse(ownPostgres)))
    throw new Error('POSTGRES_URL must be a postgres:// connection string.');
  const postgres =
    ownPostgres === undefined
      ? await startSupervisedPostgres(join(options.dataFolder, 'postgres'), options.onEvent)
      : undefined;
  let mongo: { process: ManagedProcess; uri: string } | undefined;
  try {
    mongo = options.mongodbUri === undefined ? await startMongo(options) : undefined;
  } catch (error) {
    await postgres?.stop();
    throw error;
  }
  const databaseUrl = async (name: string): Promise<string> => {
    if (postgres !== undefined) return postgres.createDatabase(name);
    const url = new URL(ownPostgres ?? '');
    url.pathname = `/${name}`;
    return url.href;
  };
  const usersUrl = await databaseUrl('users');
  return {
    description: [
      postgres === undefined ? 'your PostgreSQL' : `PostgreSQL ${postgres.version.replace(/-.*/, '')}`,
      mongo === undefined ? 'your MongoDB' : 'embedded MongoDB (development only)',
    ].join(', '),
    addresses: [...(postgres === undefined ? [] : [usersUrl]), ...(mongo === undefined ? [] : [mongo.uri])],
    usersUrl,
    paymentsUrl: await databaseUrl('payments'),
    registryUrl: await databaseUrl('registry'),
    mongodbUri: mongo?.uri ?? options.mongodbUri ?? '',
    postgres,
    mongo: mongo?.process,
    stop: async () => {
      await mongo?.process.stop();
      await postgres?.stop();
    },
  };
}

async function startMongo(options: StoreOptions): Promise<{ process: ManagedProcess; uri: string }> {
  const port = await findFreePort();
  const uri = `mongodb://127.0.0.1:${port}/products`;
  const process = await startProcess({
    name: 'mongo',
    command: [
      'packages/embedded-mongo/src/main.ts',
      '--data',
      join(options.dataFolder, 'mongo'),
      '--port',
      String(port),
    ],
    env: {},
    logFolder: join(options.dataFolder, 'logs'),
    isReady: () => acceptsConnections(port),
    onEvent: options.onEvent,
  });
  return { process, uri };
}

function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
