import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { postGraphql, waitFor } from '@tributary/testkit';
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
  /** The same with a card whose buyer has to go to the page of their bank first. */
  buyAtBank(): Promise<string>;
  orderNumbers(accessToken?: string): Promise<readonly string[]>;
}

const PAID_TIMEOUT_MS = 120_000;
const FINISH = `mutation ($id: ID!) {
  paymentActionComplete(paymentId: $id) { payment { status } order { number } }
}`;

export function createPeople({ gatewayUrl }: Stack): People {
  const request: TestSystem['request'] = (query, variables = {}, accessToken) =>
    postGraphql(
      `${gatewayUrl}/graphql`,
      { query, variables },
      accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` },
    );
  const ada = (): Promise<string> => signIn(request, 'ada@tributary.example', SAMPLE_PASSWORD);
  const pay = async (accessToken: string, card?: string) => {
    const [offer] = await findOffers(request, 5);
    const key = randomUUID();
    const created = await createCheckout(request, accessToken, key, [
      { variantId: offer?.variantId, quantity: 1 },
    ]);
    assert.equal(created.errors, undefined, JSON.stringify(created.errors));
    const { checkout } = created.data.checkoutCreate;
    const { data, errors } = await completeCheckout(request, accessToken, key, checkout, card);
    assert.equal(errors, undefined, JSON.stringify(errors));
    return data.checkoutComplete;
  };
  return {
    request,
    signIn: ada,
    buy: async () => {
      const { payment, order } = await pay(await ada());
      assert.equal(payment.status, 'SUCCEEDED');
      return order.number;
    },
    buyAtBank: async () => {
      const accessToken = await ada();
      const { payment } = await pay(accessToken, 'pm_card_authenticationRequired');
      assert.equal(payment.status, 'REQUIRES_ACTION');
      const { url } = payment.nextAction;
      assert.ok(url.startsWith(`${gatewayUrl}/authenticate/`), url);
      assert.match(await (await fetch(url)).text(), /Is it you who pays/);
      const answered = await fetch(url, {
        method: 'POST',
        body: new URLSearchParams({ outcome: 'complete' }),
        redirect: 'manual',
      });
      assert.ok(answered.status < 400, `the bank answered ${answered.status}`);
      // The other instance may be at it already, told by the webhook: as clients do, ask until it is known.
      return waitFor(
        async () => {
          const { data, errors } = await request(FINISH, { id: payment.id }, accessToken);
          assert.equal(errors, undefined, JSON.stringify(errors));
          return data.paymentActionComplete.order?.number as string | undefined;
        },
        { timeoutMs: PAID_TIMEOUT_MS, what: 'the order of a buyer who was at the bank' },
      );
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
