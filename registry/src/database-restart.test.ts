import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  spawnService,
  startRestartablePostgres,
  waitFor,
  type GraphqlAnswer,
  type RestartablePostgres,
  type SpawnedService,
} from '@tributary/testkit';
import pg from 'pg';

const MAIN = 'registry/src/main.ts';
const GRAPH = 'shop';
const PUBLISHERS = 3;
const RESTARTS = 2;
/** Publishes that each stretch of the test waits for. */
const SOME = 4;

const PUBLISH = `mutation ($name: String!, $sdl: String!) {
  graph(id: "${GRAPH}") {
    publishSubgraph(graphVariant: "current", name: $name, url: "http://s.test", revision: "", activePartialSchema: { sdl: $sdl }) {
      wasCreated errors { message }
    }
  }
}`;
const subgraph = (name: string): string =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")\ntype Query { ${name}: Int }`;

describe('publishes while the database crashes and starts again', () => {
  let postgres: RestartablePostgres;
  let databaseUrl: string;
  let service: SpawnedService;
  let url: string;
  let key: string;
  const query = async <T extends pg.QueryResultRow>(sql: string): Promise<readonly T[]> => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    const { rows } = await client.query<T>(sql);
    await client.end();
    return rows;
  };

  beforeAll(async () => {
    postgres = await startRestartablePostgres();
    databaseUrl = await postgres.createDatabase();
    const env = {
      POSTGRES_URL: databaseUrl,
      PORT: '0',
      GRAPH_ID: GRAPH,
      MAX_REQUESTS_PER_MINUTE: '1000000',
    };
    await spawnService(MAIN, ['migrate'], env).finished;
    key = (await spawnService(MAIN, ['create-key'], env).finished).output.trim();
    service = spawnService(MAIN, [], env);
    url = await service.url;
  });
  afterAll(async () => {
    service.process.kill('SIGKILL');
    await service.finished;
    await postgres.stop();
  });

  it('are each acknowledged and kept, or refused by name, and none is half there', async () => {
    const acknowledged: string[] = [];
    const refusals: GraphqlAnswer[] = [];
    const wrong: unknown[] = [];
    let ended = false;
    const publish = async (name: string): Promise<void> => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': key },
        body: JSON.stringify({ query: PUBLISH, variables: { name, sdl: subgraph(name) } }),
      });
      const answer = (await response.json()) as GraphqlAnswer;
      if (answer.errors !== undefined) refusals.push(answer);
      else if (answer.data?.graph?.publishSubgraph?.errors?.length === 0) acknowledged.push(name);
      else wrong.push(answer);
    };
    // Each goes on with the next name as soon as one is acknowledged, and tries again until it is, as people do.
    const publishers = Array.from({ length: PUBLISHERS }, async (_, publisher) => {
      for (let index = 0; !ended; index += 1) {
        const name = `p${publisher}n${index}`;
        while (!acknowledged.includes(name) && wrong.length === 0) await publish(name);
        if (wrong.length > 0) return;
      }
    });
    const more = async (what: readonly unknown[], count: number): Promise<void> => {
      const wanted = what.length + count;
      await waitFor(async () => (what.length >= wanted || wrong.length > 0 ? true : undefined));
    };
    for (let restart = 0; restart < RESTARTS; restart += 1) {
      await more(acknowledged, SOME);
      const startAgain = await postgres.crash();
      await more(refusals, SOME);
      await startAgain();
    }
    await more(acknowledged, SOME);
    ended = true;
    await Promise.all(publishers);

    expect(wrong).toEqual([]);
    for (const { data, errors } of refusals) {
      expect(data.graph?.publishSubgraph ?? null).toBeNull();
      expect(errors).toMatchObject([
        {
          message: expect.stringContaining('is not answering. Try again'),
          extensions: { code: 'SERVICE_UNAVAILABLE' },
        },
      ]);
    }
    const supergraph = await (
      await fetch(`${url}/supergraph/${GRAPH}@current`, { headers: { 'x-api-key': key } })
    ).text();
    for (const name of acknowledged) {
      expect(supergraph).toContain(`@join__graph(name: "${name}"`);
      expect(supergraph).toMatch(new RegExp(`^  ${name}: Int`, 'm'));
    }
    // Every launch is whole, has one subgraph more than the one before, and is in the log of who did what.
    const launches = await query(
      `SELECT l.number, l.supergraph_hash IS NOT NULL AS composed,
              (SELECT count(*)::int FROM launch_subgraphs s WHERE s.number = l.number) AS subgraphs,
              (SELECT count(*)::int FROM audit_events e
                WHERE e.type = 'LAUNCH' AND e.details ->> 'number' = l.number::text) AS events
         FROM launches l ORDER BY number`,
    );
    expect(launches).toEqual(
      acknowledged.map((_, index) => ({
        number: index + 1,
        composed: true,
        subgraphs: index + 1,
        events: 1,
      })),
    );
    expect(await query('SELECT latest_launch, served_launch FROM variants')).toEqual([
      { latest_launch: acknowledged.length, served_launch: acknowledged.length },
    ]);
  });
});
