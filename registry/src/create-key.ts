import { createLogger } from '@tributary/service-kit';
import { createPool } from '@tributary/subgraph-kit/postgres';
import { createKeyStore } from './access/key-store.ts';
import type { KeyConfig } from './config.ts';
import { createPostgresGraphStore } from './graphs/postgres-graph-store.ts';

/** Makes a key from the command line: the first of a graph has to come from somewhere. @returns the key. */
export const createKey = (config: KeyConfig): Promise<string> => ensureKey(config, undefined);

/** @returns `present`, if it is a key of the graph; else a new one. The graph is made when there is none. */
export async function ensureKey(
  { POSTGRES_URL, LOG_LEVEL, ...key }: KeyConfig,
  present: string | undefined,
): Promise<string> {
  const logger = createLogger('registry', LOG_LEVEL);
  const pool = createPool({ connectionString: POSTGRES_URL, applicationName: 'registry create-key', logger });
  try {
    const keys = createKeyStore(pool);
    if (present !== undefined && (await keys.find(present))?.graphId === key.GRAPH_ID) return present;
    await createPostgresGraphStore(pool).createGraph(key.GRAPH_ID, key.GRAPH_ID);
    const { token } = await keys.create(
      { graphId: key.GRAPH_ID, name: key.KEY_NAME, role: key.KEY_ROLE },
      'command line',
    );
    return token;
  } finally {
    await pool.end();
  }
}
