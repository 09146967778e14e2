import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createViewerTokenSigner } from '@tributary/service-kit';
import { ANONYMOUS, generateSigningKey, postGraphql, userViewer } from '@tributary/testkit';
import { seedProducts } from './seed/seed-products.ts';
import { silentLogger } from '@tributary/service-kit';
import { SETUP_TIMEOUT_MS, startTestProducts, type TestProducts } from './testing/start-test-products.ts';

let products: TestProducts;
beforeAll(async () => {
  products = await startTestProducts();
  await seedProducts(products.database.collections, silentLogger());
}, SETUP_TIMEOUT_MS);
afterAll(() => products.stop());

const QUERY = '{ products(first: 1) { nodes { slug } } }';
const authorization = async () => ({
  authorization: `Bearer ${await products.trust.sign(ANONYMOUS, 'products')}`,
});
const post = (body: unknown, headers: Readonly<Record<string, string>>) =>
  postGraphql(`${products.origin}/graphql`, body, headers);
const codeOf = async (answer: ReturnType<typeof post>) => {
  const { status, errors } = await answer;
  return [status, errors?.[0]?.extensions?.code];
};

describe('credentials', () => {
  it('are needed for every request', async () => {
    expect(await codeOf(post({ query: QUERY }, {}))).toEqual([401, 'UNAUTHENTICATED']);
    expect(await codeOf(post({ query: '{ _service { sdl } }' }, {}))).toEqual([401, 'UNAUTHENTICATED']);
  });

  it('are refused when forged, meant for another service or expired', async () => {
    const forged = await createViewerTokenSigner('gateway', await generateSigningKey('test-gateway'));
    const expired = await createViewerTokenSigner(
      'gateway',
      products.trust.keyOf('gateway'),
      () => Date.now() - 3_600_000,
    );
    const tokens = [
      'nonsense',
      await forged.sign(ANONYMOUS, 'products'),
      await products.trust.sign(ANONYMOUS, 'payments'),
      await expired.sign(ANONYMOUS, 'products'),
      await (
        await products.trust.serviceSigner('payments')
      ).sign(userViewer('usr_1', ['catalog:write']), 'products'),
    ];
    for (const token of tokens) {
      expect(await codeOf(post({ query: QUERY }, { authorization: `Bearer ${token}` }))).toEqual([
        401,
        'UNAUTHENTICATED',
      ]);
    }
    expect((await post({ query: QUERY }, await authorization())).status).toBe(200);
  });
});

describe('bad requests', () => {
  it.each([
    ['malformed JSON', '{"query":', 400, 'BAD_REQUEST'],
    ['a list', '[]', 400, 'BAD_REQUEST'],
    ['no query', '{}', 400, 'BAD_REQUEST'],
    ['a syntax error', { query: '{' }, 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: '{ nothing }' }, 400, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a wrong type',
      { query: '{ products(first: "1") { nodes { id } } }' },
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'an unknown currency',
      { query: '{ products(currency: "XXQ") { nodes { id } } }' },
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a body over 10 MiB',
      JSON.stringify({ query: `{ __typename } #${'x'.repeat(10 * 1024 * 1024)}` }),
      413,
      'PAYLOAD_TOO_LARGE',
    ],
  ])('with %s are refused', async (_, body, status, code) => {
    const [answeredStatus, answeredCode] = await codeOf(post(body, await authorization()));
    expect(answeredStatus).toBe(status);
    if (body !== '{}' && body !== '[]') expect(answeredCode).toBe(code);
  });

  it('do not introspect', async () => {
    expect(await codeOf(post({ query: '{ __schema { types { name } } }' }, await authorization()))).toEqual([
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ]);
  });
});

describe('pictures', () => {
  const pictureUrl = async (): Promise<string> => {
    const { data } = await products.ask(
      '{ productBySlug(slug: "trail-running-shoe") { media { url alt width } } }',
    );
    const [picture] = data.productBySlug.media;
    expect(picture).toEqual({
      url: expect.stringMatching(/^https:\/\/shop\.example\/media\/[0-9a-f]{64}\.svg$/),
      alt: expect.stringContaining('Trail Running Shoe'),
      width: 800,
    });
    return picture.url.replace('https://shop.example', products.origin);
  };

  it('are served for good, and as nothing but pictures', async () => {
    const url = await pictureUrl();
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/svg+xml; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect(await response.text()).toMatch(/^<svg .*Trail Running Shoe.*<\/svg>$/);
    const etag = response.headers.get('etag') ?? '';
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      expect((await fetch(url, { headers: { 'if-none-match': tags } })).status).toBe(304);
    }
    expect((await fetch(url, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(500);
  });

  it('are not found under other addresses', async () => {
    for (const path of [
      '/media/',
      '/media/x.svg',
      `/media/${'0'.repeat(64)}.svg`,
      `/media/${'0'.repeat(64)}.png`,
      '/media/%2e%2e/package.json',
    ]) {
      const response = await fetch(`${products.origin}${path}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    }
  });

  it('can only be read', async () => {
    const response = await fetch(await pictureUrl(), { method: 'DELETE' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});

describe('readiness', () => {
  it('follows the store', async () => {
    const response = await fetch(`${products.origin}/readyz`);
    expect([response.status, await response.json()]).toEqual([
      200,
      { status: 'ready', checks: { mongodb: 'ok' } },
    ]);
  });
});

describe('caching', () => {
  const cacheControlOf = async (query: string, scopes: readonly string[] = []): Promise<string | null> => {
    const viewer = scopes.length === 0 ? ANONYMOUS : userViewer('usr_1', [...scopes]);
    const response = await fetch(`${products.origin}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await products.trust.sign(viewer, 'products')}`,
      },
      body: JSON.stringify({ query }),
    });
    expect(await response.json()).not.toHaveProperty('errors');
    return response.headers.get('cache-control');
  };
  const list =
    '{ products(first: 2) { nodes { title priceRange(currency: "EUR") { min { decimal } } } pageInfo { endCursor } } }';
  const slug = 'trail-running-shoe';

  it.each([
    ['a product', `{ productBySlug(slug: "${slug}") { title category { name } } }`, 60],
    ['a list', list, 30],
    ['the category tree', '{ categories { name children { name } } }', 300],
    ['stock, briefly', `{ productBySlug(slug: "${slug}") { availableForSale } }`, 5],
  ])('of %s is allowed to everybody', async (_, query, maxAge) => {
    expect(await cacheControlOf(query)).toBe(`max-age=${maxAge}, public`);
  });

  it('of what staff see is theirs alone, and of exact stock is not allowed', async () => {
    expect(await cacheControlOf(list, ['catalog:write'])).toBe('max-age=30, private');
    const { data } = await products.ask(`{ productBySlug(slug: "${slug}") { id } }`);
    const entity = `{ _entities(representations: [{ __typename: "PhysicalProduct", id: "${data.productBySlug.id}" }]) { ... on PhysicalProduct { title } } }`;
    expect(await cacheControlOf(entity)).toBe('max-age=60, public');
    expect(await cacheControlOf(entity, ['catalog:write'])).toBe('max-age=60, private');
    const stock = `{ productBySlug(slug: "${slug}") { variants { nodes { inventory { onHand } } } } }`;
    expect(await cacheControlOf(stock, ['inventory:read'])).toBe('no-store');
  });
});
