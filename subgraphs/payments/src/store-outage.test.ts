import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import pg from 'pg';
import { complete, completeInput, create, createInput } from './testing/buyer-requests.ts';
import { createWorld, newBuyer, QUICK, type RunningPayments, type World } from './testing/harness.ts';

let world: World;
let payments: RunningPayments;

beforeAll(async () => {
  world = await createWorld();
  world.products.stock.add({ id: 'shoe' });
  payments = await world.start({ timing: QUICK });
});

afterAll(() => world.close());

async function administer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: process.env['TEST_POSTGRES_URL'] });
  await client.connect();
  await client.query(sql);
  await client.end();
}

const readiness = async (): Promise<number> => (await fetch(`${payments.url}/readyz`)).status;

describe('when the database cannot be reached', () => {
  it('stays alive, says so, hides why, and goes on by itself', async () => {
    const buyer = newBuyer();
    const { checkout } = await create(payments.request, buyer, createInput({ shoe: 1 }));
    const name = new URL(world.databaseUrl).pathname.slice(1);
    await administer(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
    await administer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
    await waitFor(async () => (await readiness()) === 503);
    const { errors } = await payments.request(`{ checkout(id: "${checkout.id}") { id } }`, {}, buyer);
    expect(errors).toMatchObject([
      {
        message: 'A service this request depends on is not answering. Try again.',
        extensions: { code: 'SERVICE_UNAVAILABLE' },
      },
    ]);
    expect((await fetch(`${payments.url}/livez`)).status).toBe(200);

    await administer(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
    await waitFor(async () => (await readiness()) === 200);
    expect(await complete(payments.request, buyer, checkout.id, completeInput(1_000))).toMatchObject({
      userErrors: [],
    });
  });

  it('survives a connection that dies in the middle of a transaction', async () => {
    const client = await world.pool.connect();
    await client.query('BEGIN');
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const ended = new Promise((resolve) => client.once('end', resolve));
    await administer(`SELECT pg_terminate_backend(${rows[0]?.pid ?? 0})`);
    await ended;
    await expect(client.query('COMMIT')).rejects.toThrow();
    client.release(true);
    expect((await world.pool.query('SELECT 1')).rowCount).toBe(1);
  });
});
