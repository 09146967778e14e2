import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDeliverySigner } from '@tributary/subgraph-kit/events';
import { newUuid } from '@tributary/subgraph-kit';
import { userViewer } from '@tributary/testkit';
import { createOnSale } from './testing/create-test-product.ts';
import { SETUP_TIMEOUT_MS, startTestProducts, type TestProducts } from './testing/start-test-products.ts';

const REVIEW = `mutation ($input: ProductReviewCreateInput!) {
  productReviewCreate(input: $input) { review { id } userErrors { code } } }`;
const REVIEWS = `query ($id: ID!) { product(id: $id) {
  rating { average count } reviews(first: 10) { nodes { title body author { id } } } } }`;

describe('a person whose account was erased', () => {
  let products: TestProducts;
  beforeAll(async () => {
    products = await startTestProducts();
  }, SETUP_TIMEOUT_MS);
  afterAll(() => products.stop());

  const review = (author: string, productId: string, title: string) =>
    products.askAs(userViewer(author))(REVIEW, { input: { productId, rating: 4, title, body: 'Body' } });
  const erase = (userId: string, signer: 'users' | 'payments' = 'users', id = newUuid()) =>
    tell({ id, type: 'user.erased', subject: userId, sequence: '7', data: {} }, signer);
  const tell = async (
    {
      id = newUuid(),
      ...event
    }: Readonly<Record<'type' | 'subject' | 'sequence', string>> & {
      readonly id?: string;
      readonly data: object;
    },
    signer: 'users' | 'payments' = 'users',
  ) => {
    const now = products.clock.now();
    const body = JSON.stringify({
      specversion: '1.0',
      id,
      source: 'users',
      time: now.toISOString(),
      ...event,
    });
    const headers = createDeliverySigner(products.trust.keyOf(signer))(id, body, now);
    const response = await fetch(`${products.origin}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json', ...headers },
      body,
    });
    return response.status;
  };
  const ask = async (userId: string, issuer: 'users' | 'payments' = 'users', after?: string) => {
    const signer = await products.trust.serviceSigner(issuer);
    const viewer = { kind: 'service', id: issuer, scopes: ['personal-data:read'] } as const;
    return fetch(`${products.origin}/personal-data`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await signer.sign(viewer, 'products')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ userId, after }),
    });
  };

  it('has no name below what they wrote, however often it is told, and nobody else loses theirs', async () => {
    const [first, second] = [await createOnSale(products), await createOnSale(products)];
    await review('usr_gone', first.id, 'First');
    await review('usr_gone', second.id, 'Second');
    await review('usr_stays', first.id, 'Other');

    const id = newUuid();
    expect(await erase('usr_gone', 'users', id)).toBe(204);
    expect(await erase('usr_gone', 'users', id)).toBe(204);

    const { data } = await products.ask(REVIEWS, { id: first.id });
    expect(data.product.rating).toEqual({ average: 4, count: 2 });
    expect(data.product.reviews.nodes).toHaveLength(2);
    expect(data.product.reviews.nodes).toEqual(
      expect.arrayContaining([
        { title: 'First', body: 'Body', author: null },
        { title: 'Other', body: 'Body', author: { id: 'usr_stays' } },
      ]),
    );
    const stored = await products.database.collections.reviews.find({}).toArray();
    expect(JSON.stringify(stored)).not.toContain('usr_gone');
    expect(new Set(stored.map(({ authorId }) => authorId)).size).toBe(3);
  });

  it('is called below a review what they were last called, and by no name when they are gone', async () => {
    const { id } = await createOnSale(products);
    const named = async () =>
      (
        await products.ask(
          'query ($id: ID!) { product(id: $id) { reviews(first: 1) { nodes { authorName } } } }',
          { id },
        )
      ).data.product.reviews.nodes[0].authorName;
    const rename = (sequence: number, displayName: string) =>
      tell({ type: 'user.updated', subject: 'usr_named', sequence: String(sequence), data: { displayName } });
    await review('usr_named', id, 'Good');

    expect(await named()).toBeNull();
    expect(await rename(4, 'Ada L.')).toBe(204);
    expect(await named()).toBe('Ada L.');
    await rename(6, 'Ada King');
    // Deliveries may come twice, and a dead letter late.
    await rename(4, 'Ada L.');
    expect(await named()).toBe('Ada King');
    await tell({ type: 'user.suspended', subject: 'usr_named', sequence: '7', data: {} });
    expect(await named()).toBe('Ada King');
    expect(await (await ask('usr_named')).json()).toMatchObject({ displayNames: ['Ada King'] });

    await erase('usr_named');
    await rename(8, 'Ada Again');
    expect(await named()).toBeNull();
    const stored = await products.database.collections.authors.find({}).toArray();
    expect(JSON.stringify(stored)).not.toContain('Ada');
  });

  it('is erased only when users says so', async () => {
    const { id } = await createOnSale(products);
    await review('usr_victim', id, 'Mine');

    expect(await erase('usr_victim', 'payments')).toBe(401);

    const { data } = await products.ask(REVIEWS, { id });
    expect(data.product.reviews.nodes[0].author).toEqual({ id: 'usr_victim' });
  });

  it('may have had a copy of what they wrote, through users alone', async () => {
    const { id } = await createOnSale(products);
    await review('usr_curious', id, 'My own');

    const answer = await ask('usr_curious');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toMatchObject({
      reviews: [{ productId: id, rating: 4, title: 'My own', body: 'Body' }],
    });
    expect(await (await ask('usr_nobody')).json()).toEqual({ reviews: [] });
    expect((await ask('usr_curious', 'payments')).status).toBe(403);
    const asUser = await products.trust.sign(userViewer('usr_curious', ['personal-data:read']), 'products');
    const response = await fetch(`${products.origin}/personal-data`, {
      method: 'POST',
      headers: { authorization: `Bearer ${asUser}`, 'content-type': 'application/json' },
      body: JSON.stringify({ userId: 'usr_curious' }),
    });
    expect(response.status).toBe(403);
  });

  it('has the copy made page by page, however much they wrote', async () => {
    const { reviews } = products.database.collections;
    const createdAt = new Date();
    await reviews.insertMany(
      Array.from({ length: 250 }, (_, i) => ({
        ...{
          _id: newUuid(),
          productId: newUuid(),
          authorId: 'usr_prolific',
          rating: 5,
          title: `Title ${i}`,
          body: 'Body',
        },
        ...{
          status: 'PUBLISHED' as const,
          createdAt,
          version: 1,
        },
      })),
    );
    const sizes: number[] = [];
    const titles = new Set<string>();
    let after: string | undefined;
    do {
      const page = (await (await ask('usr_prolific', 'users', after)).json()) as {
        readonly reviews: readonly { readonly title: string }[];
        readonly next?: string;
      };
      sizes.push(page.reviews.length);
      for (const { title } of page.reviews) titles.add(title);
      after = page.next;
    } while (after !== undefined);

    expect(sizes).toEqual([100, 100, 50]);
    expect(titles.size).toBe(250);
    expect((await ask('usr_prolific', 'users', 'made-up')).status).toBe(400);
  });
});
