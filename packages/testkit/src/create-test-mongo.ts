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
  const name = `test_${randomBytes(8).toString('hex')}`;
  const external = process.env['MONGODB_URI'];
  if (external !== undefined) {
    const uri = withDatabase(external, name);
    return { uri, stop: () => dropDatabase(uri, name) };
  }
  // Loaded here because most tests that use the kit need no MongoDB.
  const { startEmbeddedMongo } = await import('@tributary/embedded-mongo');
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-test-mongo-'));
  const server = await startEmbeddedMongo({ dataDir });
  return {
    uri: withDatabase(server.uri, name),
    stop: async () => {
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

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
