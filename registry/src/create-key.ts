import { createLogger } from '@tributary/service-kit';
import { createPool } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import { createKeyStore, type NewKey } from './access/key-store.ts';
import type { KeyConfig } from './config.ts';
import { createPostgresGraphStore } from './graphs/postgres-graph-store.ts';

const ACTOR = 'command line';

/**
 * Makes a key from the command line: the first of a graph has to come from somewhere.
 *
 * @returns the key, or for one that was made elsewhere that it is taken.
 */
export const createKey = (config: KeyConfig): Promise<string> => {
  const { GRAPH_ID, KEY_ROLE, KEY_SHA256 } = config;
  if (KEY_SHA256 === undefined) return ensureKey(config, undefined);
  return withPool(config, async (pool) => {
    await createPostgresGraphStore(pool).createGraph(GRAPH_ID, GRAPH_ID);
    await createKeyStore(pool).take(newKey(config), KEY_SHA256, ACTOR);
    return `The key with this hash has the role ${KEY_ROLE} in ${GRAPH_ID} now.`;
  });
};

/** @returns `present`, if it is a key of the graph; else a new one. The graph is made when there is none. */
export const ensureKey = (config: KeyConfig, present: string | undefined): Promise<string> =>
  withPool(config, async (pool) => {
    const { GRAPH_ID } = config;
    const keys = createKeyStore(pool);
    if (present !== undefined && (await keys.find(present))?.graphId === GRAPH_ID) return present;
    await createPostgresGraphStore(pool).createGraph(GRAPH_ID, GRAPH_ID);
    return (await keys.create(newKey(config), ACTOR)).token;
  });

const newKey = ({ GRAPH_ID, KEY_NAME, KEY_ROLE }: KeyConfig): NewKey => ({
  graphId: GRAPH_ID,
  name: KEY_NAME,
  role: KEY_ROLE,
});

async function withPool<T>(
  { POSTGRES_URL, LOG_LEVEL }: KeyConfig,
  work: (pool: pg.Pool) => Promise<T>,
): Promise<T> {
  const logger = createLogger('registry', LOG_LEVEL);
  const pool = createPool({ connectionString: POSTGRES_URL, applicationName: 'registry create-key', logger });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}
