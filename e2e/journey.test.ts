import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { postGraphql, waitFor } from '@tributary/testkit';
import { importJWK, SignJWT } from 'jose';
import { readFile } from 'node:fs/promises';
import { bootSystem, BOOT_TIMEOUT_MS, signIn, type TestSystem } from './boot-system.ts';
import { buyAsGuest, completeCheckout, createCheckout, findOffers } from './buy.ts';
import { runningSystem } from './running-system.ts';

/** A system that was running already is not ours to break. */
const itWithProcesses = runningSystem === undefined ? it : it.skip;

describe('a customer and the whole system', () => {
  let system: TestSystem;
  let request: TestSystem['request'];

  beforeAll(async () => {
    system = await bootSystem();
    ({ request } = system);
  }, BOOT_TIMEOUT_MS);

  afterAll(() => system.stop(), BOOT_TIMEOUT_MS);

  it('signs up, buys and finds the order, in one query across all three subgraphs', async () => {
    const email = 'new.customer@example.com';
    const registered = await request(
      'mutation ($input: AccountRegisterInput!) { accountRegister(input: $input) { user { id } userErrors { __typename } } }',
      { input: { email, password: 'a sufficiently long one', displayName: 'New Customer' } },
    );
    expect(registered.data.accountRegister.userErrors).toEqual([]);
    const token = await signIn(request, email, 'a sufficiently long one');
    const [offer] = await findOffers(request, 5);

    const created = await createCheckout(request, token, 'journey-1', [
      { variantId: offer?.variantId, quantity: 2 },
    ]);
    const { checkout } = created.data.checkoutCreate;
    expect(checkout.total.amount).toBe(2 * checkout.lines[0].unitPrice.amount);
    const completed = await completeCheckout(request, token, 'journey-1', checkout);
    expect(completed.data.checkoutComplete).toMatchObject({
      userErrors: [],
      checkout: { status: 'COMPLETED' },
      payment: { status: 'SUCCEEDED' },
    });

    const { data, errors } = await request(
      `{
        viewer {
          displayName
          orders(first: 10) {
            nodes {
              number
              buyer { displayName }
              total { amount currency decimal }
              lines { quantity title variant { sku product { title slug } } product { title purchasedByViewer } }
            }
          }
        }
      }`,
      {},
      token,
    );
    expect(errors).toBeUndefined();
    const [order] = data.viewer.orders.nodes;
    expect(order.number).toBe(completed.data.checkoutComplete.order.number);
    expect(order.buyer.displayName).toBe('New Customer');
    expect(order.total).toMatchObject({ amount: checkout.total.amount, currency: 'EUR' });
    const [line] = order.lines;
    expect(line.product).toEqual({ title: line.variant.product.title, purchasedByViewer: true });
  });

  it('buys without an account, and only who has the secret sees the order', async () => {
    const [offer] = await findOffers(request, 5);
    const { created, completed } = await buyAsGuest(request, 'guest', [
      { variantId: offer?.variantId, quantity: 1 },
    ]);
    expect(created).toMatchObject({ userErrors: [], checkout: { buyer: null } });
    expect(completed).toMatchObject({ userErrors: [], order: { email: 'guest@example.com' } });
    expect(completed.order.lines[0].product.title).toEqual(expect.any(String));

    const query = 'query ($id: ID!, $secret: String) { order(id: $id, clientSecret: $secret) { number } }';
    const { id, number } = completed.order;
    expect((await request(query, { id, secret: created.clientSecret })).data.order).toEqual({ number });
    expect((await request(query, { id, secret: 'cs_guessed' })).data.order).toBeNull();
    expect((await request(query, { id }, await system.signIn('ada'))).data.order).toBeNull();
  });

  it('reviews what they bought, and payments says that they did', async () => {
    const token = await system.signIn('grace');
    const [offer] = await findOffers(request, 5);
    const { data } = await createCheckout(request, token, 'reviewed', [
      { variantId: offer?.variantId, quantity: 1 },
    ]);
    await completeCheckout(request, token, 'reviewed', data.checkoutCreate.checkout);
    const productOf = 'query ($id: ID!) { productVariant(id: $id) { product { id } } }';
    const { id: productId } = (await request(productOf, { id: offer?.variantId })).data.productVariant
      .product;
    const written = await request(
      `mutation ($input: ProductReviewCreateInput!) {
        productReviewCreate(input: $input) { review { rating verifiedPurchase } userErrors { __typename } }
      }`,
      { input: { productId, rating: 5, title: 'Good' } },
      token,
    );
    expect(written.data.productReviewCreate).toEqual({
      review: { rating: 5, verifiedPurchase: true },
      userErrors: [],
    });

    const sales =
      'query ($id: ID!) { product(id: $id) { title sales { orders } verifiedBuyers { totalCount } } }';
    const { product } = (await request(sales, { id: productId }, await system.signIn('support'))).data;
    expect(product.sales.orders).toBeGreaterThan(0);
    expect(product.verifiedBuyers.totalCount).toEqual(expect.any(Number));
  });

  it('is told about a declined card and pays with another', async () => {
    const token = await system.signIn('grace');
    const [, offer] = await findOffers(request, 5);
    const { data } = await createCheckout(request, token, 'declined', [
      { variantId: offer?.variantId, quantity: 1 },
    ]);
    const { checkout } = data.checkoutCreate;

    const declined = await completeCheckout(
      request,
      token,
      'declined-1',
      checkout,
      'pm_card_visa_chargeDeclined',
    );
    expect(declined.data.checkoutComplete.userErrors).toMatchObject([{ __typename: 'PaymentDeclinedError' }]);
    expect(declined.data.checkoutComplete.order).toBeNull();

    const paid = await completeCheckout(request, token, 'declined-2', checkout);
    expect(paid.data.checkoutComplete.order.number).toEqual(expect.any(String));
  });

  it('gets the same order for the same key, and only one', async () => {
    const token = await system.signIn('bjork');
    const [offer] = await findOffers(request, 5);
    const { data } = await createCheckout(request, token, 'twice', [
      { variantId: offer?.variantId, quantity: 1 },
    ]);
    const { checkout } = data.checkoutCreate;

    const first = await completeCheckout(request, token, 'twice', checkout);
    const second = await completeCheckout(request, token, 'twice', checkout);

    expect(second.data).toEqual(first.data);
    const orders = await request('{ viewer { orders { totalCount } } }', {}, token);
    expect(orders.data.viewer.orders.totalCount).toBe(1);
  });

  it('pages through the whole catalogue, each product once', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    let total: number | undefined;
    do {
      const { data } = await request(
        `query ($after: String) {
          products(first: 50, after: $after, sortKey: TITLE) { totalCount nodes { id } pageInfo { hasNextPage endCursor } }
        }`,
        { after },
      );
      const { nodes, pageInfo, totalCount } = data.products;
      seen.push(...nodes.map(({ id }: { id: string }) => id));
      total = totalCount;
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);

    expect(seen.length).toBeGreaterThanOrEqual(200);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe(total);
  });

  it('shows pictures without any network but the services', async () => {
    const { data } = await request('{ products(first: 3) { nodes { media { url } } } }');
    const [{ url }] = data.products.nodes[0].media;

    const response = await fetch(url);

    expect(response.headers.get('content-type')).toContain('image/svg+xml');
    expect(await response.text()).toContain('<svg');
  });

  it("does not see other people's orders or data", async () => {
    const ada = await system.signIn('ada');
    const support = await system.signIn('support');
    const { data } = await request('{ viewer { id email } }', {}, ada);
    const query = 'query ($id: ID!) { user(id: $id) { email orders { totalCount } } }';

    expect((await request(query, { id: data.viewer.id }, support)).data.user.email).toBe(
      'ada@tributary.example',
    );
    for (const stranger of [await system.signIn('grace'), undefined]) {
      const refused = await request(query, { id: data.viewer.id }, stranger);
      // Nothing of it is theirs, so there is no data at all, as with the Router.
      expect(refused.data).toBeNull();
      expect(refused.errors?.[0]?.extensions?.code).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
    }
  });

  it('is refused by the subgraph too, whatever the supergraph says', async () => {
    const asked = await postGraphql(`${system.urls.users}/graphql`, {
      query: '{ users(first: 1) { nodes { id } } }',
    });

    expect(asked.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });

  it('keeps its books balanced', async () => {
    const { data, errors } = await request(
      '{ trialBalance(currency: "EUR") { balanced debits { amount } credits { amount } lines { code } } }',
      {},
      await system.signIn('finance'),
    );

    expect(errors).toBeUndefined();
    expect(data.trialBalance.balanced).toBe(true);
    expect(data.trialBalance.debits.amount).toBeGreaterThan(0);
  });

  describe('credentials', () => {
    const ask = (token: string) => request('{ viewer { id } }', {}, token);

    async function tokenWith(claims: { expiresIn: string; kid?: string }): Promise<string> {
      const key = JSON.parse(await readFile(system.secrets.accessTokenKey, 'utf8')) as { kid: string };
      return new SignJWT({ scope: '' })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: claims.kid ?? key.kid })
        .setSubject('usr_00000000000000000000000000')
        .setIssuer(system.issuer)
        .setAudience('supergraph')
        .setIssuedAt()
        .setExpirationTime(claims.expiresIn)
        .sign(await importJWK(key, 'EdDSA'));
    }

    it('refuses an access token that has expired', async () => {
      const answer = await ask(await tokenWith({ expiresIn: '-1m' }));

      expect(answer.status).toBe(401);
      expect(answer.errors).toMatchObject([
        { message: 'The access token has expired.', extensions: { code: 'UNAUTHENTICATED' } },
      ]);
    });

    it('refuses forged access tokens', async () => {
      const real = await system.signIn('ada');
      const [header, , signature] = real.split('.');
      const payload = Buffer.from(JSON.stringify({ sub: 'usr_admin', scope: 'users:admin' })).toString(
        'base64url',
      );

      expect((await ask(`${header ?? ''}.${payload}.${signature ?? ''}`)).status).toBe(401);
      expect((await ask(await tokenWith({ expiresIn: '5m', kid: 'unknown' }))).status).toBe(401);
    });

    it('makes a refresh token work once, and ends the session when it is used again', async () => {
      const signedIn = await request(
        'mutation ($input: SignInInput!) { signIn(input: $input) { tokens { refreshToken } } }',
        { input: { email: 'yuki@tributary.example', password: 'correct horse battery staple' } },
      );
      const refresh = (refreshToken: string) =>
        request(
          'mutation ($input: TokenRefreshInput!) { tokenRefresh(input: $input) { tokens { refreshToken } userErrors { __typename } } }',
          { input: { refreshToken } },
        );
      const first = signedIn.data.signIn.tokens.refreshToken;
      const second = (await refresh(first)).data.tokenRefresh.tokens.refreshToken;
      const third = (await refresh(second)).data.tokenRefresh.tokens.refreshToken;

      const replayed = await refresh(first);

      expect(replayed.data.tokenRefresh.userErrors).toMatchObject([{ __typename: 'TokenReusedError' }]);
      expect((await refresh(third)).data.tokenRefresh.tokens).toBeNull();
    });

    it('is of no use at a subgraph: only what the gateway signs is', async () => {
      const token = await system.signIn('admin');

      for (const subgraph of ['users', 'products', 'payments'] as const) {
        const url = `${system.urls[subgraph]}/graphql`;
        const body = { query: '{ __typename _entities(representations: []) { __typename } }' };
        expect((await postGraphql(url, body, { authorization: `Bearer ${token}` })).status).toBe(401);
        expect((await postGraphql(url, body)).status).toBe(401);
      }
    });

    it('does not open what is between services', async () => {
      const token = await system.signIn('admin');
      const answer = await request(
        'mutation { inventoryReservationCommit(id: "chk_1") { userErrors { __typename } } }',
        {},
        token,
      );

      expect(answer.errors?.[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED');
    });
  });

  describe('bad input', () => {
    it.each([
      ['an empty page', '{ products(first: 0) { nodes { id } } }', 'BAD_USER_INPUT'],
      ['a large page', '{ products(first: 500) { nodes { id } } }', 'BAD_USER_INPUT'],
      ['a huge page', '{ products(first: 100000) { nodes { id } } }', 'COST_ESTIMATED_TOO_EXPENSIVE'],
      ['a cursor nobody gave out', '{ products(after: "AAAA") { nodes { id } } }', 'INVALID_CURSOR'],
      [
        'a fractional amount',
        'mutation { productVariantPricesSet(id: "v", expectedVersion: 1, prices: [{ amount: 1.5, currency: "EUR" }]) { userErrors { __typename } } }',
        'GRAPHQL_VALIDATION_FAILED',
      ],
      [
        'an unknown currency',
        '{ product(id: "x") { priceRange(currency: "XXY") { min { amount } } } }',
        'GRAPHQL_VALIDATION_FAILED',
      ],
      ['a wrong type', '{ products(first: "ten") { nodes { id } } }', 'GRAPHQL_VALIDATION_FAILED'],
    ])('answers %s with a coded error', async (_what, query, code) => {
      const { errors } = await request(query, {}, await system.signIn('catalog'));

      expect(errors?.[0]?.extensions?.code).toBe(code);
    });

    it('answers ids that do not exist with null', async () => {
      const { data, errors } = await request(
        '{ product(id: "prd_nope") { id } productBySlug(slug: "nope") { id } productVariant(id: "\\u0000") { id } category(slug: "nope") { id } }',
      );

      expect(errors).toBeUndefined();
      expect(data).toEqual({ product: null, productBySlug: null, productVariant: null, category: null });
    });
  });

  itWithProcesses(
    'answers with what it has while a subgraph is down, and fully once it is back',
    async () => {
      const token = await system.signIn('ada');
      const query = '{ viewer { displayName orders { totalCount } } products(first: 1) { nodes { title } } }';
      system.processes.payments.kill();

      const { status, data, errors } = await request(query, {}, token);

      expect(status).toBe(200);
      expect(data.viewer).toEqual({ displayName: 'Ada L.', orders: null });
      expect(data.products.nodes).toHaveLength(1);
      expect(errors).toMatchObject([
        { path: ['viewer', 'orders'], extensions: { code: 'SUBREQUEST_HTTP_ERROR', service: 'payments' } },
      ]);
      await waitFor(async () => (await request(query, {}, token)).errors === undefined, {
        timeoutMs: 90_000,
      });
    },
  );
});
