/**
 * The protocol under the worst conditions: processes that die between any two steps, answers that get lost
 * after the step took effect, duplicates, and sweeps in between. Schedules are random and repeatable by seed.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { createTestMongo, type TestMongo } from '@tributary/testkit';
import {
  commitReservation,
  releaseReservation,
  restockReservation,
} from './reservations/change-reservation.ts';
import { createReservation } from './reservations/create-reservation.ts';
import { sweepReservations } from './reservations/sweep-reservations.ts';
import { createRandom, type Random } from './seed/random.ts';
import { adjustStock } from './stock/adjust-stock.ts';
import { openMongo, type MongoDatabase } from './store/mongo/database.ts';
import { migrateMongo } from './store/mongo/migrate-mongo.ts';
import { createMongoProductsStore } from './store/mongo/mongo-products-store.ts';
import type { ProductsStore } from './store/products-store.ts';
import { createSweeper } from './sweeper.ts';
import { sellVariants } from './testing/new-product.ts';
import { SETUP_TIMEOUT_MS } from './testing/start-test-products.ts';
import { createTestClock } from './testing/test-clock.ts';
import { stockProblems } from './testing/stock-problems.ts';

let mongo: TestMongo;
let database: MongoDatabase;
let store: ProductsStore;
beforeAll(async () => {
  mongo = await createTestMongo();
  database = openMongo(mongo.uri);
  await migrateMongo(database, silentLogger());
  store = createMongoProductsStore(database, silentLogger());
}, SETUP_TIMEOUT_MS);
afterAll(async () => {
  await database.close();
  await mongo.stop();
});

class Crash extends Error {}

/** A process that dies before or after a store call, now and then: all it does afterwards never happens. */
function dying<T extends object>(target: T, random: Random, chance: number): T {
  return new Proxy(target, {
    get: (object, name) => {
      const method = Reflect.get(object, name) as unknown;
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]): Promise<unknown> => {
        if (random.next() < chance) throw new Crash();
        const result: unknown = await Reflect.apply(method, object, args);
        if (random.next() < chance) throw new Crash();
        return result;
      };
    },
  });
}

async function survive(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof Crash)) throw error;
  });
}

describe('reservations among crashing processes', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    'keep the stock exact (seed %i)',
    async (seed) => {
      const random = createRandom(`crash ${seed}`);
      const clock = createTestClock();
      const initial = await sellVariants(store.catalog, [2, 4, 7], seed % 2 === 0 ? 3 : 0);
      const dyingStore: ProductsStore = {
        ...store,
        inventory: dying(store.inventory, random, 0.06),
        reservations: dying(store.reservations, random, 0.06),
        movements: dying(store.movements, random, 0.06),
      };
      const deps = { store: dyingStore, now: clock.now };
      const requests = Array.from({ length: 12 }, (_, n) => ({
        id: `chk_${seed}_${n}`,
        currency: 'EUR',
        ttlSeconds: 60,
        lines: random
          .shuffle([...initial.keys()])
          .slice(0, random.between(1, 3))
          .map((variantId) => ({ variantId, quantity: random.between(1, 2) })),
      }));
      const sweeper = (target: ProductsStore) =>
        createSweeper({ store: target, now: clock.now, logger: silentLogger(), intervalMs: 1_000_000 });
      const action = (): Promise<unknown> => {
        const request = random.pick(requests);
        switch (random.between(0, 9)) {
          case 0:
            return releaseReservation(deps, request.id, 'x');
          case 1:
            return restockReservation(deps, request.id);
          case 2:
          case 3:
          case 4:
            return commitReservation(deps, request.id);
          case 5:
            clock.advance(random.between(0, 20_000));
            return sweeper(dyingStore).sweep();
          case 6: {
            const key = random.between(0, 5);
            const variantId = [...initial.keys()][key % 3] ?? '';
            const delta = key % 2 === 0 ? 1 : -1;
            return adjustStock(
              deps,
              { variantId, delta, reason: 'x', idempotencyKey: `${seed} ${key}` },
              null,
            );
          }
          default:
            return createReservation(deps, request);
        }
      };
      for (let round = 0; round < 25; round += 1) {
        await Promise.all(Array.from({ length: 4 }, () => survive(action())));
        expect(await stockProblems(database.collections, initial, false)).toEqual([]);
      }
      clock.advance(120_000);
      for (let sweep = 0; sweep < 3; sweep += 1) await sweeper(store).sweep();
      clock.advance(60_000);
      await sweeper(store).sweep();
      expect(await stockProblems(database.collections, initial)).toEqual([]);
    },
    60_000,
  );

  it('takes nothing again for a duplicate that was stuck while its original was committed', async () => {
    const initial = await sellVariants(store.catalog, [5]);
    const [variantId = ''] = initial.keys();
    const deps = { store, now: () => new Date() };
    const lines = [{ variantId, quantity: 2 }];
    await createReservation(deps, { id: 'chk_stuck', currency: 'EUR', ttlSeconds: 60, lines });
    await commitReservation(deps, 'chk_stuck');
    const stuck = { reservationId: 'chk_stuck', quantity: 2 };
    await store.inventory.hold(variantId, stuck, new Date(), new Date());
    await store.inventory.consume(variantId, stuck, new Date());
    expect(await stockProblems(database.collections, initial)).toEqual([]);
  });

  it('gives back a hold whose owner died after its reservation was released', async () => {
    const initial = await sellVariants(store.catalog, [5]);
    const [variantId = ''] = initial.keys();
    const clock = createTestClock();
    const deps = { store, now: clock.now };
    const lines = [{ variantId, quantity: 2 }];
    await createReservation(deps, { id: 'chk_zombie', currency: 'EUR', ttlSeconds: 60, lines });
    await releaseReservation(deps, 'chk_zombie', 'x');
    await store.inventory.hold(
      variantId,
      { reservationId: 'chk_zombie', quantity: 2 },
      clock.now(),
      clock.now(),
    );
    clock.advance(1_000);
    await createSweeper({ store, now: clock.now, logger: silentLogger(), intervalMs: 1_000_000 }).sweep();
    expect(await stockProblems(database.collections, initial)).toEqual([]);
  });

  it('never frees what is being committed, however old its hold is', async () => {
    const initial = await sellVariants(store.catalog, [5]);
    const [variantId = ''] = initial.keys();
    const clock = createTestClock();
    const deps = { store, now: clock.now };
    await createReservation(deps, {
      id: 'chk_slow',
      currency: 'EUR',
      ttlSeconds: 60,
      lines: [{ variantId, quantity: 2 }],
    });
    await store.reservations.transition('chk_slow', ['HELD'], { to: 'COMMITTING' }, clock.now());
    clock.advance(120_000);
    // The commit is decided just after the sweep looked for unfinished work.
    const reservations = { ...store.reservations, unfinished: () => Promise.resolve([]) };
    await sweepReservations({ store: { ...store, reservations }, now: clock.now });
    expect(await store.inventory.levels([variantId])).toMatchObject([
      { onHand: 5, reserved: 2, sellable: 3 },
    ]);
    await sweepReservations({ store, now: clock.now });
    expect(await stockProblems(database.collections, initial)).toEqual([]);
  });
});

describe('each step', () => {
  it('changes nothing when it is repeated', async () => {
    const [variantId = ''] = (await sellVariants(store.catalog, [5])).keys();
    const { inventory } = store;
    const now = new Date();
    const hold = { reservationId: 'chk_steps', quantity: 2 };
    const levelAfter = async (step: () => Promise<unknown>): Promise<readonly number[]> => {
      await step();
      await step();
      const [level] = await inventory.levels([variantId]);
      return [level?.onHand ?? -1, level?.reserved ?? -1, level?.sellable ?? -1];
    };
    expect(await levelAfter(() => inventory.hold(variantId, hold, now, now))).toEqual([5, 2, 3]);
    expect(await levelAfter(() => inventory.unhold(variantId, hold, now))).toEqual([5, 0, 5]);
    expect(await levelAfter(() => inventory.hold(variantId, hold, now, now))).toEqual([5, 2, 3]);
    expect(await levelAfter(() => inventory.consume(variantId, hold, now))).toEqual([3, 0, 3]);
    expect(await levelAfter(() => inventory.unhold(variantId, hold, now))).toEqual([3, 0, 3]);
    expect(await levelAfter(() => inventory.putBack(variantId, 'rst_steps', 2, now))).toEqual([5, 0, 5]);
    expect(await levelAfter(() => inventory.adjust(variantId, 'adj_steps', -4, now))).toEqual([1, 0, 1]);
    expect(await levelAfter(() => inventory.adjust(variantId, 'adj_more', -4, now))).toEqual([1, 0, 1]);
  });
});
