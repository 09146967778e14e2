import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { bootSystem, BOOT_TIMEOUT_MS, signIn, type TestSystem } from './boot-system.ts';
import { completeCheckout, createCheckout, findOffers, type Offer } from './buy.ts';

const CUSTOMERS = 4;
/** Kills come this close together where the machine is fast enough, so some meet a system still recovering. */
const BETWEEN_KILLS_MS = 1_500;
/** How long a system may take to sell again after a kill, on a busy machine. */
const RECOVERY_MS = 80_000;
/** More than customers can buy while the test runs: what is sold out is never bought again. */
const PLENTY = 100_000;
const FINAL: ReadonlySet<unknown> = new Set(['EXPIRED', 'CANCELED', 'FAILED']);
const PASSWORD = 'a sufficiently long one';

/** What a customer was told has happened: all of it must be true afterwards. */
interface Journal {
  readonly accounts: string[];
  readonly orders: { readonly email: string; readonly number: string }[];
  readonly adjustments: { readonly delta: number }[];
}

/** Asks again, with the same keys, until there is an answer: what a careful client does. */
async function persistently<T>(
  isRunning: () => boolean,
  attempt: () => Promise<T | undefined>,
): Promise<T | undefined> {
  while (isRunning()) {
    const result = await attempt().catch(() => undefined);
    if (result !== undefined) return result;
    await delay(100);
  }
  return undefined;
}

describe('a system whose processes are killed', () => {
  let system: TestSystem;
  let request: TestSystem['request'];

  beforeAll(async () => {
    system = await bootSystem();
    ({ request } = system);
  }, BOOT_TIMEOUT_MS);

  afterAll(() => system.stop(), BOOT_TIMEOUT_MS);

  it('loses nothing it acknowledged, and sells nothing twice', async () => {
    const offers = await findOffers(request, 10);
    const stocked = offers.at(-1);
    const catalog = await system.signIn('catalog');
    await Promise.all(offers.map((offer) => fillUp(offer, catalog)));
    const stockBefore = await onHand(stocked?.variantId);
    const journal: Journal = { accounts: [], orders: [], adjustments: [] };
    let running = true;
    const isRunning = () => running;

    const customers = Array.from({ length: CUSTOMERS }, (_, index) =>
      customer(index, offers, journal, isRunning),
    );
    const manager = catalogManager(stocked, journal, isRunning);
    const { processes, stores } = system;
    const victims = [
      ...[processes.payments, processes.users, processes.sandbox, processes.products, processes.gateway].map(
        (victim) => () => {
          victim.kill();
        },
      ),
      () => stores.mongo?.kill(),
      () => stores.postgres?.kill(),
    ];
    try {
      for (const round of [victims, victims]) {
        for (const kill of round) {
          await delay(BETWEEN_KILLS_MS);
          kill();
        }
        // A slow machine would else be killed before it has acknowledged anything that could be lost.
        await somethingNew(journal);
      }
    } finally {
      running = false;
    }
    await Promise.all([...customers, manager]);
    await Promise.all(Object.values(processes).map((process) => process.ready()));

    for (const email of journal.accounts) {
      const token = await signIn(request, email, PASSWORD);
      const { data } = await request('{ viewer { orders(first: 100) { nodes { number } } } }', {}, token);
      const numbers: string[] = data.viewer.orders.nodes.map(({ number }: { number: string }) => number);
      const promised = journal.orders.filter((order) => order.email === email).map(({ number }) => number);
      expect(numbers).toEqual(expect.arrayContaining(promised));
      // One order for each key, however often it was sent.
      expect(new Set(promised).size).toBe(promised.length);
    }
    const adjusted = journal.adjustments.reduce((sum, { delta }) => sum + delta, 0);
    expect(await onHand(stocked?.variantId)).toBeGreaterThanOrEqual(stockBefore + adjusted);
    const books = await request(
      '{ trialBalance(currency: "EUR") { balanced } }',
      {},
      await system.signIn('finance'),
    );
    expect(books.data.trialBalance.balanced).toBe(true);
  }, 360_000);

  /** Resolves when an order and an adjustment have been acknowledged after this call. */
  async function somethingNew({ orders, adjustments }: Journal): Promise<void> {
    const [ordersBefore, adjustmentsBefore] = [orders.length, adjustments.length];
    const deadline = Date.now() + RECOVERY_MS;
    while (orders.length === ordersBefore || adjustments.length === adjustmentsBefore) {
      if (Date.now() > deadline) throw new Error(`nothing sold within ${RECOVERY_MS} ms of the last kill`);
      await delay(100);
    }
  }

  async function customer(
    index: number,
    offers: readonly Offer[],
    journal: Journal,
    isRunning: () => boolean,
  ): Promise<void> {
    const email = `crash-${index}@example.com`;
    const input = { email, password: PASSWORD, displayName: `Crash ${index}` };
    await persistently(isRunning, async () => {
      const { data } = await request(
        'mutation ($input: AccountRegisterInput!) { accountRegister(input: $input) { user { id } userErrors { __typename } } }',
        { input },
      );
      // Taken by ourselves: an answer that was lost.
      return data.accountRegister.user ?? (data.accountRegister.userErrors.length > 0 ? true : undefined);
    });
    journal.accounts.push(email);
    let token = await persistently(isRunning, () => signIn(request, email, PASSWORD));
    for (let n = 0; isRunning() && token !== undefined; n += 1) {
      const key = `crash-${index}-${n}`;
      // Never the variant whose stock is counted at the end.
      const { variantId } = offers[(index + n) % (offers.length - 1)] ?? { variantId: '' };
      const checkout = await persistently(isRunning, async () => {
        const answer = await createCheckout(request, token ?? '', key, [{ variantId, quantity: 1 }]);
        if (answer.status === 401) token = await signIn(request, email, PASSWORD);
        return answer.data?.checkoutCreate?.checkout ?? undefined;
      });
      if (checkout === undefined) return;
      const order = await persistently(isRunning, async () => {
        const answer = await completeCheckout(request, token ?? '', key, checkout);
        const { order: bought, checkout: after } = answer.data?.checkoutComplete ?? {};
        // A purchase that was given up stays given up, with this key.
        return bought ?? (FINAL.has(after?.status) ? null : undefined);
      });
      if (order !== undefined && order !== null) journal.orders.push({ email, number: order.number });
    }
  }

  async function catalogManager(
    offer: Offer | undefined,
    journal: Journal,
    isRunning: () => boolean,
  ): Promise<void> {
    const token = await persistently(isRunning, () => system.signIn('catalog'));
    for (let n = 0; isRunning(); n += 1) {
      const delta = 1 + (n % 3);
      const input = {
        variantId: offer?.variantId,
        delta,
        reason: 'delivery',
        idempotencyKey: `crash-adjust-${n}`,
      };
      const done = await persistently(isRunning, () => adjust(input, token));
      if (done !== undefined) journal.adjustments.push({ delta });
      await delay(50);
    }
  }

  async function adjust(input: object, token: string | undefined): Promise<unknown> {
    const { data } = await request(
      'mutation ($input: InventoryAdjustInput!) { inventoryAdjust(input: $input) { productVariant { id } userErrors { __typename } } }',
      { input },
      token,
    );
    return data.inventoryAdjust.productVariant ?? undefined;
  }

  async function fillUp({ variantId }: Offer, token: string): Promise<void> {
    const input = { variantId, delta: PLENTY, reason: 'delivery', idempotencyKey: `crash-fill-${variantId}` };
    expect(await adjust(input, token)).toBeDefined();
  }

  async function onHand(variantId: string | undefined): Promise<number> {
    const { data } = await request(
      'query ($id: ID!) { productVariant(id: $id) { inventory { onHand } } }',
      { id: variantId },
      await system.signIn('catalog'),
    );
    return data.productVariant.inventory.onHand;
  }
});
