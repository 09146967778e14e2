import { createLogger } from '@tributary/service-kit';
import { createPool } from '@tributary/subgraph-kit/postgres';
import { createKeyStore } from './access/key-store.ts';
import type { KeyConfig } from './config.ts';
import { createPostgresGraphStore } from './graphs/postgres-graph-store.ts';

/** Makes a key from the command line: the first of a graph has to come from somewhere. @returns the key. */
export async function createKey({ POSTGRES_URL, LOG_LEVEL, ...key }: KeyConfig): Promise<string> {
  const logger = createLogger('registry', LOG_LEVEL);
  const pool = createPool({ connectionString: POSTGRES_URL, applicationName: 'registry create-key', logger });
  try {
    await createPostgresGraphStore(pool).createGraph(key.GRAPH_ID, key.GRAPH_ID);
    const { token } = await createKeyStore(pool).create(
      { graphId: key.GRAPH_ID, name: key.KEY_NAME, role: key.KEY_ROLE },
      'command line',
    );
    return token;
  } finally {
    await pool.end();
  }
}
