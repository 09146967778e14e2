import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestMongo {
  /** Names a database of its own. */
  readonly uri: string;
  stop(): Promise<void>;
}

/** An empty database: on the server MONGODB_URI names, else on an embedded one started for this call. */
export async function createTestMongo(): Promise<TestMongo> {
  const external = process.env['MONGODB_URI'];
  if (external !== undefined) {
    const name = newName();
    const uri = withDatabase(external, name);
    return { uri, stop: () => dropDatabase(uri, name) };
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-test-mongo-'));
  const mongo = await createEmbeddedTestMongo(dataDir);
  return {
    uri: mongo.uri,
    stop: async () => {
      await mongo.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A database on an embedded server whose data is in this folder. */
export async function createEmbeddedTestMongo(dataDir: string): Promise<TestMongo> {
  // Loaded here because most tests that use the kit need no MongoDB.
  const { startEmbeddedMongo } = await import('@tributary/embedded-mongo');
  const server = await startEmbeddedMongo({ dataDir });
  return { uri: withDatabase(server.uri, newName()), stop: () => server.close() };
}

const newName = (): string => `test_${randomBytes(8).toString('hex')}`;

function withDatabase(uri: string, name: string): string {
  const url = new URL(uri);
  url.pathname = `/${name}`;
  return url.href;
}

async function dropDatabase(uri: string, name: string): Promise<void> {
  const { MongoClient } = await import('mongodb');
  const client = await MongoClient.connect(uri);
  try {
    await client.db(name).dropDatabase();
  } finally {
    await client.close();
  }
}
