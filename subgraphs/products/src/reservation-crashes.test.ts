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
import { openMongo, type Collections, type MongoDatabase } from './store/mongo/database.ts';
import { migrateMongo } from './store/mongo/migrate-mongo.ts';
import { createMongoInventoryStore } from './store/mongo/mongo-inventory-store.ts';
import { createMongoProductsStore } from './store/mongo/mongo-products-store.ts';
import type { ProductsStore } from './store/products-store.ts';
import { createSweeper } from './sweeper.ts';
import { sellVariants } from './testing/new-product.ts';
import { SETUP_TIMEOUT_MS } from './testing/start-test-products.ts';
import { createTestClock, type TestClock } from './testing/test-clock.ts';
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

  it('gives back a hold that came after its reservation was committed and forgotten by the level', async () => {
    const initial = await sellVariants(store.catalog, [5]);
    const [variantId = ''] = initial.keys();
    const clock = createTestClock();
    const deps = { store, now: clock.now };
    const lines = [{ variantId, quantity: 2 }];
    await createReservation(deps, { id: 'chk_late', currency: 'EUR', ttlSeconds: 60, lines });
    await commitReservation(deps, 'chk_late');
    clock.advance(2 * 3_600_000);
    const sweeper = createSweeper({ store, now: clock.now, logger: silentLogger(), intervalMs: 1_000_000 });
    await sweeper.sweep();
    const late = { reservationId: 'chk_late', quantity: 2 };
    await store.inventory.hold(variantId, late, clock.now(), clock.now());
    clock.advance(1_000);
    await sweeper.sweep();
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

describe('what was applied', () => {
  const HOURS = 3_600_000;
  const sweeper = (clock: TestClock, target = store) =>
    createSweeper({ store: target, now: clock.now, logger: silentLogger(), intervalMs: 1_000_000 });
  const input = (variantId: string, delta: number) => ({
    variantId,
    delta,
    reason: 'delivery',
    idempotencyKey: `key of ${variantId}`,
  });

  type Sleep = (whileAsleep: () => Promise<void>) => ProductsStore;
  /** A process that sleeps after it learned what is to be done. */
  const sleepsBefore: Sleep = (whileAsleep) => {
    const asleep =
      <A extends unknown[], R>(method: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        await whileAsleep();
        return method(...args);
      };
    const { adjust, putBack, ...inventory } = store.inventory;
    return { ...store, inventory: { ...inventory, adjust: asleep(adjust), putBack: asleep(putBack) } };
  };
  /** A process that sleeps between its last look at the journal and its change of the level. */
  const sleepsWithin: Sleep = (whileAsleep) => {
    const movements = new Proxy(database.collections.movements, {
      get: (target, name) => {
        const value = Reflect.get(target, name) as unknown;
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]): Promise<unknown> => {
          const found: unknown = await Reflect.apply(value, target, args);
          await whileAsleep();
          return found;
        };
      },
    });
    const collections: Collections = { ...database.collections, movements };
    return { ...store, inventory: createMongoInventoryStore(collections, silentLogger()) };
  };
  const SLEEPS = [
    ['before it looked', sleepsBefore],
    ['after it had looked', sleepsWithin],
  ] as const;
  const once = (work: () => Promise<void>): (() => Promise<void>) => {
    let ran = false;
    return async () => {
      if (ran) return;
      ran = true;
      await work();
    };
  };

  it.each([4, -4, -40])(
    'is not applied again when nobody ran for hours before it was written down (%i)',
    async (delta) => {
      const initial = await sellVariants(store.catalog, [5]);
      const [variantId = ''] = initial.keys();
      const clock = createTestClock();
      const decide = (): Promise<never> => Promise.reject(new Crash());
      const dead = { ...store, movements: { ...store.movements, decide } };
      await survive(adjustStock({ store: dead, now: clock.now }, input(variantId, delta), null));
      const after = await store.inventory.levels([variantId]);
      clock.advance(2 * HOURS);
      await sweeper(clock).sweep();
      await sweeper(clock).sweep();
      expect(await store.inventory.levels([variantId])).toMatchObject([{ onHand: after[0]?.onHand }]);
      expect(await stockProblems(database.collections, initial)).toEqual([]);
    },
  );

  it.each(SLEEPS)(
    'is not applied again by a process that slept %s, while others finished and forgot it',
    async (_, sleeping) => {
      const initial = await sellVariants(store.catalog, [5]);
      const [variantId = ''] = initial.keys();
      const clock = createTestClock();
      const others = once(async () => {
        await adjustStock({ store, now: clock.now }, input(variantId, 4), null);
        clock.advance(2 * HOURS);
        await sweeper(clock).sweep();
      });
      const outcome = await adjustStock(
        { store: sleeping(others), now: clock.now },
        input(variantId, 4),
        null,
      );
      expect(outcome).toEqual({ kind: 'applied' });
      expect(await store.inventory.levels([variantId])).toMatchObject([{ onHand: 9, sellable: 9 }]);
      expect(await stockProblems(database.collections, initial)).toEqual([]);
    },
  );

  it('is put back once, however long nobody ran in the middle of it', async () => {
    const initial = await sellVariants(store.catalog, [5]);
    const [variantId = ''] = initial.keys();
    const clock = createTestClock();
    const id = `chk_back_${variantId}`;
    const lines = [{ variantId, quantity: 2 }];
    await createReservation({ store, now: clock.now }, { id, currency: 'EUR', ttlSeconds: 60, lines });
    await commitReservation({ store, now: clock.now }, id);
    const insert = (): Promise<never> => Promise.reject(new Crash());
    const dead = { ...store, movements: { ...store.movements, insert } };
    await survive(restockReservation({ store: dead, now: clock.now }, id));
    clock.advance(2 * HOURS);
    // The batch of this sweep is full of others.
    const reservations = { ...store.reservations, unfinished: () => Promise.resolve([]) };
    await sweeper(clock, { ...store, reservations }).sweep();
    await sweeper(clock).sweep();
    expect(await store.inventory.levels([variantId])).toMatchObject([{ onHand: 5, sellable: 5 }]);
    expect(await stockProblems(database.collections, initial)).toEqual([]);
  });

  it.each(SLEEPS)(
    'is not put back again by a process that slept %s, while others finished and forgot it',
    async (_, sleeping) => {
      const initial = await sellVariants(store.catalog, [5]);
      const [variantId = ''] = initial.keys();
      const clock = createTestClock();
      const id = `chk_slept_${variantId}`;
      const lines = [{ variantId, quantity: 2 }];
      await createReservation({ store, now: clock.now }, { id, currency: 'EUR', ttlSeconds: 60, lines });
      await commitReservation({ store, now: clock.now }, id);
      const others = once(async () => {
        await restockReservation({ store, now: clock.now }, id);
        clock.advance(2 * HOURS);
        await sweeper(clock).sweep();
      });
      const { kind } = await restockReservation({ store: sleeping(others), now: clock.now }, id);
      expect(kind).toBe('done');
      expect(await store.inventory.levels([variantId])).toMatchObject([{ onHand: 5, sellable: 5 }]);
      expect(await stockProblems(database.collections, initial)).toEqual([]);
    },
  );

  it('is forgotten in the end', async () => {
    const [variantId = ''] = (await sellVariants(store.catalog, [5])).keys();
    const clock = createTestClock();
    await adjustStock({ store, now: clock.now }, input(variantId, 4), null);
    const id = `chk_over_${variantId}`;
    const lines = [{ variantId, quantity: 2 }];
    await createReservation({ store, now: clock.now }, { id, currency: 'EUR', ttlSeconds: 60, lines });
    await commitReservation({ store, now: clock.now }, id);
    await restockReservation({ store, now: clock.now }, id);
    clock.advance(2 * HOURS);
    await sweeper(clock).sweep();
    const level = await database.collections.inventory.findOne({ _id: variantId });
    expect(level).toMatchObject({ onHand: 9, holds: [], ops: [] });
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
