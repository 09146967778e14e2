import pg from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { ANONYMOUS } from '@tributary/service-kit';
import type { GraphqlRequest } from '@tributary/testkit';
import type { LocalPostgres } from '@tributary/local-postgres';

const USERS = 100;
const ROUNDS = 50;
const COUNTED_ROUNDS = 5;
const ENTITIES =
  'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on User { displayName } } }';

export interface EntityFetch {
  /** Milliseconds that each request took. */
  readonly took: readonly number[];
  /** Statements that one request cost, as PostgreSQL's own log has them. */
  readonly statements: number;
}

/** A hundred users by their ids in one request, as the gateway asks when a list names them. */
export async function measureEntityFetch(
  request: GraphqlRequest,
  ids: readonly string[],
  postgres: LocalPostgres,
): Promise<EntityFetch> {
  const representations = ids.slice(0, USERS).map((id) => ({ __typename: 'User', id }));
  if (representations.length < USERS) throw new Error(`only ${representations.length} users are there`);
  const fetchAll = async (): Promise<void> => {
    const { data, errors } = (await request(ENTITIES, { representations }, ANONYMOUS)) as {
      readonly data: { readonly _entities: readonly ({ readonly displayName: string } | null)[] };
      readonly errors: unknown;
    };
    if (errors !== undefined || data._entities.some((user) => user === null))
      throw new Error(JSON.stringify({ data, errors }));
  };
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = performance.now();
    await fetchAll();
    took.push(performance.now() - begun);
  }
  return { took, statements: await countStatements(postgres, fetchAll) };
}

/** The fewest of a few rounds: workers of the service ask too, now and then. */
async function countStatements(postgres: LocalPostgres, work: () => Promise<void>): Promise<number> {
  const client = new pg.Client({ connectionString: postgres.urlOf('postgres') });
  await client.connect();
  let log = '';
  postgres.process.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString('utf8')));
  const set = async (setting: string): Promise<void> => {
    await client.query(`ALTER SYSTEM SET ${setting}`);
    await client.query('SELECT pg_reload_conf()');
    // Backends read it before their next statement, but are told by a signal.
    await delay(300);
  };
  await set("log_line_prefix = 'app=%a '");
  await set("log_statement = 'all'");
  const counts: number[] = [];
  for (let round = 0; round < COUNTED_ROUNDS; round += 1) {
    await delay(100);
    log = '';
    await work();
    await delay(100);
    counts.push(log.match(/^app=users LOG:\s+(?:execute|statement)/gm)?.length ?? 0);
  }
  await set("log_statement = 'none'");
  await client.end();
  return Math.min(...counts);
}
