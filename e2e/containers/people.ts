import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { postGraphql } from '@tributary/testkit';
import { SAMPLE_PASSWORD } from '../../scripts/system/seed-orders.ts';
import { signIn, type TestSystem } from '../boot-system.ts';
import { completeCheckout, createCheckout, findOffers } from '../buy.ts';
import type { Stack } from './stack.ts';

/** What somebody with an account does, through the load balancer. */
export interface People {
  readonly request: TestSystem['request'];
  signIn(): Promise<string>;
  /** @returns the order's number. @throws when it cannot be bought. */
  buy(): Promise<string>;
  orderNumbers(accessToken?: string): Promise<readonly string[]>;
}

export function createPeople({ gatewayUrl }: Stack): People {
  const request: TestSystem['request'] = (query, variables = {}, accessToken) =>
    postGraphql(
      `${gatewayUrl}/graphql`,
      { query, variables },
      accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` },
    );
  const ada = (): Promise<string> => signIn(request, 'ada@tributary.example', SAMPLE_PASSWORD);
  return {
    request,
    signIn: ada,
    buy: async () => {
      const accessToken = await ada();
      const [offer] = await findOffers(request, 5);
      const key = randomUUID();
      const created = await createCheckout(request, accessToken, key, [
        { variantId: offer?.variantId, quantity: 1 },
      ]);
      assert.equal(created.errors, undefined, JSON.stringify(created.errors));
      const { checkout } = created.data.checkoutCreate;
      const { data, errors } = await completeCheckout(request, accessToken, key, checkout);
      assert.equal(errors, undefined, JSON.stringify(errors));
      assert.equal(data.checkoutComplete.payment.status, 'SUCCEEDED');
      return data.checkoutComplete.order.number;
    },
    orderNumbers: async (accessToken) => {
      const { data } = await request(
        '{ viewer { orders(first: 50) { nodes { number } } } }',
        {},
        accessToken ?? (await ada()),
      );
      return data.viewer.orders.nodes.map(({ number }: { number: string }) => number);
    },
  };
}
