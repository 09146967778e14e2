import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createStock, uniqueName } from './testing/create-test-product.ts';
import { reservationClient, type ReservationClient } from './testing/reservation-client.ts';
import { SETUP_TIMEOUT_MS, startTestProducts, type TestProducts } from './testing/start-test-products.ts';

let products: TestProducts;
let client: ReservationClient;
beforeAll(async () => {
  products = await startTestProducts();
  client = reservationClient(products.askPayments);
}, SETUP_TIMEOUT_MS);
afterAll(() => products.stop());

async function held(): Promise<{ readonly id: string }> {
  const id = `chk_${uniqueName()}`;
  const { userErrors } = await client.create(id, [
    { variantId: await createStock(products, 3), quantity: 1 },
  ]);
  expect(userErrors).toEqual([]);
  return { id };
}

describe('the record of a reservation', () => {
  it('is kept for good once its goods left, so that they can come back, and otherwise for a month', async () => {
    const { reservations } = products.database.collections;
    const indexes = await reservations.indexes();
    const expiring = indexes.filter(({ expireAfterSeconds }) => expireAfterSeconds !== undefined);
    expect(expiring).toHaveLength(1);
    const field = Object.keys(expiring[0]?.key ?? {})[0] ?? '';
    const daysKept = async (id: string): Promise<number | undefined> => {
      const until = ((await reservations.findOne({ _id: id })) as Record<string, unknown> | null)?.[field];
      if (!(until instanceof Date)) return undefined;
      return Math.round((until.getTime() - products.clock.now().getTime()) / 86_400_000);
    };
    const { id: sold } = await held();
    await client.commit(sold);
    expect(await daysKept(sold)).toBeUndefined();
    await client.restock(sold);
    expect(await daysKept(sold)).toBeUndefined();
    const { id: released } = await held();
    expect(await daysKept(released)).toBeUndefined();
    await client.release(released);
    expect(await daysKept(released)).toBe(30);
  });
});
