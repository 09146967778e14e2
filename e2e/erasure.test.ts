import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import pg from 'pg';
import { bootSystem, BOOT_TIMEOUT_MS, signIn, type TestSystem } from './boot-system.ts';
import { findOffers } from './buy.ts';

const EMAIL = 'zoe.zander@example.com';
const PASSWORD = 'a sufficiently long one';
const ADDRESS = { recipientName: 'Zoe Zander', line1: 'Zander Street 1', city: 'Bonn', countryCode: 'DE' };

describe('an account that is exported and erased, through the gateway', () => {
  let system: TestSystem;
  let users: pg.Client;
  let payments: pg.Client;

  beforeAll(async () => {
    system = await bootSystem();
    users = new pg.Client(system.stores.usersUrl);
    payments = new pg.Client(system.stores.paymentsUrl);
    await Promise.all([users.connect(), payments.connect()]);
  }, BOOT_TIMEOUT_MS);

  afterAll(async () => {
    await Promise.all([users.end(), payments.end()]);
    await system.stop();
  }, BOOT_TIMEOUT_MS);

  const answerOf = async (query: string, variables: Record<string, unknown>, token?: string) => {
    const { data, errors } = await system.request(query, variables, token);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data.answer;
  };

  /** What all three services know of whoever holds the token. */
  const exportOf = async (token: string): Promise<unknown> => {
    await answerOf('mutation { answer: dataExportRequest { userErrors { code } } }', {}, token);
    const url = await waitFor(
      async () => {
        const viewer = await answerOf('{ answer: viewer { dataExport { downloadUrl } } }', {}, token);
        return (viewer.dataExport.downloadUrl ?? undefined) as string | undefined;
      },
      { what: 'the export' },
    );
    return (await fetch(url)).json();
  };

  it('is told all that is known of it, then is gone from all three services but for what others need', async () => {
    await answerOf(
      'mutation ($input: AccountRegisterInput!) { answer: accountRegister(input: $input) { accepted } }',
      { input: { email: EMAIL, password: PASSWORD, displayName: 'Zoe Zander' } },
    );
    const token = await signIn(system.request, EMAIL, PASSWORD);
    const [offer] = await findOffers(system.request, 5);
    const { checkout } = await answerOf(
      `mutation ($input: CheckoutCreateInput!) { answer: checkoutCreate(input: $input) {
        checkout { id lines { product { id } } } userErrors { __typename } } }`,
      {
        input: {
          lines: [{ variantId: offer?.variantId, quantity: 1 }],
          currency: 'EUR',
          shippingAddress: ADDRESS,
          idempotencyKey: 'erasure-create',
        },
      },
      token,
    );
    const productId: string = checkout.lines[0].product.id;
    const { review } = await answerOf(
      `mutation ($input: ProductReviewCreateInput!) { answer: productReviewCreate(input: $input) {
        review { id author { displayName } } userErrors { __typename } } }`,
      { input: { productId, rating: 5, title: 'Unforgettable' } },
      token,
    );
    expect(review.author.displayName).toBe('Zoe Zander');

    const exported = await exportOf(token);
    expect(exported).toMatchObject({
      users: { account: { email: EMAIL } },
      products: { reviews: [{ productId, title: 'Unforgettable' }] },
      payments: { checkouts: [{ status: 'OPEN', shippingAddress: ADDRESS }] },
    });

    const requested = await answerOf(
      `mutation ($input: AccountErasureRequestInput!) { answer: accountErasureRequest(input: $input) {
        erasure { executesAt } userErrors { __typename } } }`,
      { input: { confirmEmail: EMAIL } },
      token,
    );
    expect(requested).toEqual({ erasure: { executesAt: expect.any(String) }, userErrors: [] });
    // Two weeks later.
    await users.query('UPDATE users SET erasure_due_at = now() WHERE erasure_due_at IS NOT NULL');
    await waitFor(async () => {
      const { rowCount } = await users.query('SELECT FROM users WHERE erased_at IS NOT NULL');
      return rowCount === 1;
    });
    // And when the last access token has expired.
    await users.query('UPDATE event_deliveries SET next_attempt_at = now() WHERE delivered_at IS NULL');
    const isDelivered = async (): Promise<boolean> => {
      const { rows } = await users.query<{ delivered: boolean }>(
        `SELECT delivered_at IS NOT NULL AS delivered FROM event_deliveries JOIN events USING (seq)
          WHERE event ->> 'type' = 'user.erased'`,
      );
      return rows.length === 2 && rows.every(({ delivered }) => delivered);
    };
    await waitFor(isDelivered, { what: 'products and payments to have done their part' });

    const { reviews } = await answerOf(
      `query ($id: ID!) { answer: product(id: $id) {
        reviews(first: 50) { nodes { id title author { displayName } } } } }`,
      { id: productId },
    );
    expect(reviews.nodes).toContainEqual({ id: review.id, title: 'Unforgettable', author: null });
    const { rows } = await payments.query<{ text: string }>('SELECT c::text AS text FROM checkouts c');
    expect(rows.map(({ text }) => text).join('\n')).not.toContain('Zander');
    await expect(signIn(system.request, EMAIL, PASSWORD)).rejects.toThrow('InvalidCredentialsError');
  });
});
