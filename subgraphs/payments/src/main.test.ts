import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, graphqlClient, spawnService, type TestDatabase } from '@tributary/testkit';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { buy, CREATE, createInput } from './testing/buyer-requests.ts';
import { createWorld, newBuyer, type World } from './testing/harness.ts';
import { createEnvironment } from './testing/create-environment.ts';

// Each test starts processes, on a machine that may be busy.
jest.setTimeout(60_000);

const MAIN = 'subgraphs/payments/src/main.ts';

let world: World;
let empty: TestDatabase;
let environment: Awaited<ReturnType<typeof createEnvironment>>;

beforeAll(async () => {
  world = await createWorld();
  world.products.stock.add({ id: 'shoe' });
  empty = await createTestDatabase();
  environment = await createEnvironment(
    world.databaseUrl,
    world.products.url,
    world.sandbox.url,
    world.trust,
  );
});

afterAll(async () => {
  await environment.remove();
  await empty.drop();
  await world.close();
});

/** Beside the other files of the service. */
async function writeRates(rates: object): Promise<string> {
  const path = join(dirname(environment.env['TRUST_FILE'] ?? ''), 'rates.json');
  await writeFile(path, JSON.stringify(rates));
  return path;
}

const run = (args: readonly string[], env: Readonly<Record<string, string>>) =>
  spawnService(MAIN, args, { ...environment.env, ...env }).finished;

describe('the process', () => {
  it('sells, keeps what it sold over a restart, and logs no personal data', async () => {
    const buyer = newBuyer();
    const first = spawnService(MAIN, ['serve'], environment.env);
    const request = graphqlClient(`${await first.url}/graphql`, 'payments', world.trust);
    const shippingAddress = {
      recipientName: 'Ada Lovelace',
      line1: 'Secret Square 1',
      city: 'London',
      countryCode: 'GB',
    };
    await request(CREATE, { input: createInput({ shoe: 1 }, { shippingAddress }) }, buyer);
    const { order } = await buy(request, buyer, { shoe: 2 });
    first.process.kill('SIGTERM');
    const { exitCode, output } = await first.finished;
    expect(exitCode).toBe(0);
    expect(output).not.toMatch(/Lovelace|Secret|pm_card/);

    const rates = { taxes: [{ countries: ['GB'], percent: '20' }] };
    const second = spawnService(MAIN, [], { ...environment.env, RATES_PATH: await writeRates(rates) });
    const again = graphqlClient(`${await second.url}/graphql`, 'payments', world.trust);
    const { data } = await again(`{ order(id: "${order.id}") { number } }`, {}, buyer);
    expect(data.order.number).toBe(order.number);
    const taxed = await again(CREATE, { input: createInput({ shoe: 1 }, { shippingAddress }) }, buyer);
    expect(taxed.data.checkoutCreate.checkout.total.amount).toBe(1_200);
    second.process.kill('SIGTERM');
    expect((await second.finished).exitCode).toBe(0);
  });

  it('names every problem of its configuration at once', async () => {
    const { exitCode, output } = await run([], {
      POSTGRES_URL: 'mysql://nope',
      TRUST_FILE: '',
      SERVICE_KEY_FILE: '',
      ENCRYPTION_KEY_FILE: '',
      PRODUCTS_URL: 'products',
      SANDBOX_URL: 'sandbox',
      PROVIDER_API_KEY: '',
      PROVIDER_WEBHOOK_SECRETS: '',
      CHECKOUT_TTL_SECONDS: '0',
      PORT: 'x',
    });
    expect(exitCode).toBe(2);
    for (const name of [
      'POSTGRES_URL',
      'TRUST_FILE',
      'SERVICE_KEY_FILE',
      'ENCRYPTION_KEY_FILE',
      'PRODUCTS_URL',
      'SANDBOX_URL',
      'PROVIDER_API_KEY',
      'PROVIDER_WEBHOOK_SECRETS',
      'CHECKOUT_TTL_SECONDS',
      'PORT',
    ]) {
      expect(output).toContain(name);
    }
  });

  it('says what is wrong with the tables of shipping and tax', async () => {
    const rates = { taxes: [{ countries: ['GB'], percent: '20 %' }] };
    const { exitCode, output } = await run([], { RATES_PATH: await writeRates(rates) });
    expect(exitCode).toBe(2);
    expect(output).toContain('RATES_PATH');
    expect(output).toContain('taxes.0.percent');
  });

  it('says what to do when the database is not migrated, and migrates it twice without harm', async () => {
    const env = { POSTGRES_URL: empty.url };
    const unmigrated = await run([], env);
    expect(unmigrated).toMatchObject({ exitCode: 1, output: expect.stringContaining('main.ts migrate') });
    expect(await run(['migrate'], env)).toMatchObject({ exitCode: 0 });
    expect(await run(['migrate'], env)).toMatchObject({ exitCode: 0 });
  });

  it('says which variable names a database that is not there', async () => {
    const { exitCode, output } = await run([], { POSTGRES_URL: 'postgres://nobody@127.0.0.1:1/nothing' });
    expect(exitCode).toBe(1);
    expect(output).toContain('POSTGRES_URL');
    expect(output).not.toContain('    at ');
  });

  it('says that its port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { exitCode, output } = await run([], { PORT: String(port) });
    other.close();
    expect(exitCode).toBe(1);
    expect(output).toContain(`Port ${port}`);
  });

  it('knows its commands', async () => {
    expect(await run(['--help'], {})).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('migrate'),
    });
    expect(await run(['dance'], {})).toMatchObject({ exitCode: 2, output: expect.stringContaining('dance') });
  });
});
