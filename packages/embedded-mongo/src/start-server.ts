import { createServer, type Server as TcpServer, type Socket } from 'node:net';
import type { Server } from './commands/command.ts';
import { createCursors } from './commands/cursors.ts';
import { REPLICA_SET } from './commands/hello.ts';
import { createOperationCounters } from './commands/operation-counters.ts';
import { createRole } from './commands/role.ts';
import { serveConnection, type Connection } from './connection.ts';
import { removeExpired } from './expiry.ts';
import type { Log } from './log.ts';
import { lockDirectory } from './storage/lock.ts';
import { openEngine } from './storage/open-engine.ts';
import type { Engine } from './storage/engine.ts';
import { createSessions } from './transactions/sessions.ts';
import { mkdir } from 'node:fs/promises';

export interface EmbeddedMongoOptions {
  /** Directory of the data; made when missing. One process at a time. */
  readonly dataDir: string;
  /** Address to listen on. */
  readonly host?: string;
  /** TCP port; 0 picks a free one. */
  readonly port?: number;
  /** Told of repairs, compactions and refused connections. Silent by default. */
  readonly log?: Log;
  /** Time between sweeps of TTL indexes, in milliseconds; a server's default is a minute. */
  readonly ttlIntervalMs?: number;
  /** Told once when the disk refuses a write; from then on every command fails. */
  readonly onFailure?: (error: Error) => void;
}

export interface EmbeddedMongo {
  /** Connection string, naming the replica set. */
  readonly uri: string;
  readonly port: number;
  /** Lets running commands finish, makes everything durable and gives the directory back. */
  close(): Promise<void>;
}

const MAINTENANCE_INTERVAL_MS = 10_000;

/** Starts a server for development and tests. @throws when the port is taken or the directory locked, damaged or not writable */
export async function startEmbeddedMongo(options: EmbeddedMongoOptions): Promise<EmbeddedMongo> {
  const {
    dataDir,
    host = '127.0.0.1',
    port = 0,
    log = () => undefined,
    ttlIntervalMs = 60_000,
    onFailure,
  } = options;
  await mkdir(dataDir, { recursive: true });
  const unlock = await lockDirectory(dataDir, log);
  let engine: Engine | undefined;
  try {
    engine = await openEngine({
      directory: dataDir,
      log,
      onFailure: (error) => {
        log(`the journal cannot be written, nothing is acknowledged any more: ${error.message}`);
        onFailure?.(error);
      },
    });
    return await listen(engine, unlock, { host, port, log, ttlIntervalMs });
  } catch (error) {
    await engine?.close();
    await unlock();
    throw error;
  }
}

interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly log: Log;
  readonly ttlIntervalMs: number;
}

async function listen(
  engine: Engine,
  unlock: () => Promise<void>,
  options: ListenOptions,
): Promise<EmbeddedMongo> {
  const { host, log, ttlIntervalMs } = options;
  const connections = new Set<Connection>();
  const server: Server = {
    engine,
    sessions: createSessions(engine),
    cursors: createCursors(),
    role: createRole(),
    operations: createOperationCounters(),
    startedAt: new Date(),
    connectionCount: () => connections.size,
    isClosing: () => closed !== undefined,
  };
  let closed: Promise<void> | undefined;
  let lastConnectionId = 0;
  const tcp = createServer({ noDelay: true }, (socket: Socket) => {
    const connection = serveConnection(socket, server, (lastConnectionId += 1), log);
    connections.add(connection);
    socket.on('error', () => undefined);
    socket.once('close', () => connections.delete(connection));
  });
  await bind(tcp, host, options.port);
  let sweeping: Promise<void> | undefined;
  const timers = [
    setInterval(() => {
      maintain(server);
    }, MAINTENANCE_INTERVAL_MS),
    setInterval(() => {
      sweeping ??= removeExpired(engine, Date.now(), log)
        .catch((error: unknown) => {
          log(`TTL sweep failed: ${String(error)}`);
        })
        .finally(() => {
          sweeping = undefined;
        });
    }, ttlIntervalMs),
  ];
  for (const timer of timers) timer.unref();
  const port = portOf(tcp);

  async function close(): Promise<void> {
    for (const timer of timers) clearInterval(timer);
    const stopped = new Promise((resolve) => tcp.close(resolve));
    // Ends waits for transactions that nobody can finish any more.
    server.sessions.endAll();
    // Change streams that wait for news answer now.
    engine.history.wake();
    await Promise.all([...connections].map((connection) => connection.close()));
    await stopped;
    await sweeping;
    await engine.close();
    await unlock();
  }

  return {
    uri: `mongodb://${reachable(host)}:${port}/?replicaSet=${REPLICA_SET}`,
    port,
    close: () => (closed ??= close()),
  };
}

/** An address to connect to: "every interface" is none. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function maintain({ engine, sessions, cursors }: Server): void {
  const now = Date.now();
  sessions.expire(now);
  cursors.expire(now);
  engine.retries.expire(now);
}

function bind(tcp: TcpServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    tcp.once('error', reject);
    tcp.listen(port, host, () => {
      tcp.off('error', reject);
      resolve();
    });
  });
}

function portOf(tcp: TcpServer): number {
  const address = tcp.address();
  return typeof address === 'object' && address ? address.port : 0;
}
