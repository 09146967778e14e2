import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Viewer } from '@tributary/service-kit';
import { graphqlClient, spawnService, waitFor, type SpawnedService } from '@tributary/testkit';
import { setTimeout as delay } from 'node:timers/promises';
import { COMPLETE, completeInput, CREATE, createInput } from './testing/buyer-requests.ts';
import { createWorld, newBuyer, type World } from './testing/harness.ts';
import { createEnvironment } from './testing/create-environment.ts';
import { brokenInvariants } from './testing/invariants.ts';

// Real processes are killed and started, and leases of several seconds run out.
jest.setTimeout(120_000);

const MAIN = 'subgraphs/payments/src/main.ts';
const KILLS = 4;
const BUYERS = 6;
const ROUNDS = 6;
const TOKENS = [
  'pm_card_visa',
  'pm_card_mastercard',
  'pm_card_lost_answer',
  'pm_card_slow_300',
  'pm_card_visa_chargeDeclined',
  'pm_card_captureFails',
];

let world: World;
let environment: Awaited<ReturnType<typeof createEnvironment>>;
let current: SpawnedService;

beforeAll(async () => {
  world = await createWorld();
  world.products.stock.add({ id: 'shoe', onHand: 10_000 });
  environment = await createEnvironment(
    world.databaseUrl,
    world.products.url,
    world.sandbox.url,
    world.trust,
  );
  current = spawnService(MAIN, [], environment.env);
  await current.url;
});

afterAll(async () => {
  current.process.kill('SIGKILL');
  await current.finished;
  await environment.remove();
  await world.close();
});

/** One mutation, with the same variables until it is answered: what a careful front end does. */
async function insist(
  query: string,
  field: string,
  variables: Readonly<Record<string, unknown>>,
  viewer: Viewer,
) {
  return waitFor(
    async () => {
      const request = graphqlClient(`${await current.url}/graphql`, 'payments', world.trust);
      const { data, errors } = await request(query, variables, viewer);
      if (errors !== undefined) return undefined;
      const payload = data[field];
      const retry = payload.userErrors.some(({ __typename }: { __typename: string }) =>
        ['IdempotencyKeyInUseError', 'ServiceUnavailableError'].includes(__typename),
      );
      return retry || payload.checkout?.status === 'PAYING' ? undefined : payload;
    },
    { timeoutMs: 60_000, what: field },
  );
}

describe('a process killed at random moments', () => {
  it('loses no order it acknowledged, charges nobody twice, and leaves nothing half done', async () => {
    const acknowledged: { readonly orderId: string; readonly checkoutId: string }[] = [];
    const declinedCheckouts: string[] = [];
    const shop = async (index: number): Promise<void> => {
      const buyer = newBuyer();
      for (let round = 0; round < ROUNDS; round += 1) {
        const created = await insist(
          CREATE,
          'checkoutCreate',
          { input: createInput({ shoe: 1 + (round % 3) }) },
          buyer,
        );
        const { id, total } = created.checkout;
        const paymentToken = TOKENS[(index + round) % TOKENS.length];
        const input = completeInput(total.amount, { paymentToken });
        const paid = await insist(COMPLETE, 'checkoutComplete', { id, input }, buyer);
        if (paid.order === null) declinedCheckouts.push(id);
        else acknowledged.push({ orderId: paid.order.id, checkoutId: id });
      }
    };
    let shopping = true;
    const shoppers = Promise.all(Array.from({ length: BUYERS }, (_, index) => shop(index))).finally(() => {
      shopping = false;
    });
    for (let kill = 0; kill < KILLS; kill += 1) {
      await current.url;
      // Chance decides where in a purchase this falls; the deterministic sweep is in crash-points.test.ts.
      await delay(100 + Math.random() * 600);
      if (!(shopping as boolean)) break;
      current.process.kill('SIGKILL');
      await current.finished;
      expect(await brokenInvariants(world, 'always')).toEqual({});
      current = spawnService(MAIN, [], environment.env);
    }
    await shoppers;

    await waitFor(async () => Object.keys(await brokenInvariants(world, 'at rest')).length === 0, {
      timeoutMs: 90_000,
      what: 'rest',
    });
    expect(acknowledged.length + declinedCheckouts.length).toBe(BUYERS * ROUNDS);
    expect(new Set(acknowledged.map(({ orderId }) => orderId)).size).toBe(acknowledged.length);
    const { rows } = await world.pool.query<{ count: number }>('SELECT count(*) FROM orders');
    expect(rows[0]?.count).toBe(acknowledged.length);
    for (const { checkoutId } of acknowledged) {
      expect(world.products.stock.reservations.get(checkoutId)?.status).toBe('COMMITTED');
    }
    const committed = [...world.products.stock.reservations.values()].filter(
      ({ status }) => status === 'COMMITTED',
    );
    expect(committed).toHaveLength(acknowledged.length);
  });
});
