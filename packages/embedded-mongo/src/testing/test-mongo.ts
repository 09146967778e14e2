/** Tests only: a server on a fresh directory with the official driver connected to it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient, type Collection, type Db, type Document, type MongoClientOptions } from 'mongodb';
import { startEmbeddedMongo, type EmbeddedMongo, type EmbeddedMongoOptions } from '../index.ts';

export interface TestMongo {
  readonly server: EmbeddedMongo;
  readonly client: MongoClient;
  readonly db: Db;
  readonly dataDir: string;
  readonly logs: readonly string[];
  /** A collection nobody else uses. */
  collection(): Collection;
  connect(options?: MongoClientOptions): Promise<MongoClient>;
  close(): Promise<void>;
}

export async function startTestMongo(options: Partial<EmbeddedMongoOptions> = {}): Promise<TestMongo> {
  const dataDir = options.dataDir ?? (await makeDataDir());
  const logs: string[] = [];
  const server = await startEmbeddedMongo({ dataDir, log: (message) => logs.push(message), ...options });
  const clients: MongoClient[] = [];
  async function connect(clientOptions?: MongoClientOptions): Promise<MongoClient> {
    const client = await new MongoClient(server.uri, clientOptions).connect();
    clients.push(client);
    return client;
  }
  const client = await connect();
  const db = client.db('test');
  let collections = 0;
  return {
    server,
    client,
    db,
    dataDir,
    logs,
    collection: () => db.collection(`c${String((collections += 1))}`),
    connect,
    async close() {
      await Promise.all(clients.map((each) => each.close()));
      await server.close();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export function makeDataDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'embedded-mongo-'));
}

/** What the server answered instead of doing it. */
export async function refusal(work: Promise<unknown>): Promise<Document> {
  try {
    await work;
  } catch (error) {
    return error as Document;
  }
  throw new Error('expected a refusal');
}
