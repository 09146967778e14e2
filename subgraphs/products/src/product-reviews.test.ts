import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userViewer } from '@tributary/testkit';
import { createDraft, createOnSale, uniqueName } from './testing/create-test-product.ts';
import { SETUP_TIMEOUT_MS, startTestProducts, type TestProducts } from './testing/start-test-products.ts';

let products: TestProducts;
beforeAll(async () => {
  products = await startTestProducts();
}, SETUP_TIMEOUT_MS);
afterAll(() => products.stop());

const CREATE = `mutation ($input: ProductReviewCreateInput!) {
  productReviewCreate(input: $input) {
    review { id rating title body author { id } product { id rating { average count } } }
    userErrors { code field }
  }
}`;
const review = (author: string, input: Readonly<Record<string, unknown>>) =>
  products.askAs(userViewer(author))(CREATE, { input: { rating: 5, ...input } });
const ratingOf = async (id: string) =>
  (await products.ask('query ($id: ID!) { product(id: $id) { rating { average count } } }', { id })).data
    .product.rating;

describe('productReviewCreate', () => {
  it('adds a review and counts it', async () => {
    const { id } = await createOnSale(products);
    expect(await ratingOf(id)).toEqual({ average: null, count: 0 });
    const { data } = await review('usr_a', { productId: id, rating: 4, title: ' Good ', body: 'a\nb' });
    expect(data.productReviewCreate).toMatchObject({
      userErrors: [],
      review: {
        rating: 4,
        title: 'Good',
        body: 'a\nb',
        author: { id: 'usr_a' },
        product: { id, rating: { average: 4, count: 1 } },
      },
    });
    await review('usr_b', { productId: id, rating: 1 });
    expect(await ratingOf(id)).toEqual({ average: 2.5, count: 2 });
  });

  it('keeps one review when somebody sends two at the same time', async () => {
    const { id } = await createOnSale(products);
    const answers = await Promise.all(
      [1, 2, 3, 4].map((rating) => review('usr_twice', { productId: id, rating })),
    );
    const codes = answers.flatMap(({ data }) =>
      data.productReviewCreate.userErrors.map(({ code }: { code: string }) => code),
    );
    expect(codes).toEqual(['DUPLICATE_REVIEW', 'DUPLICATE_REVIEW', 'DUPLICATE_REVIEW']);
    expect((await ratingOf(id)).count).toBe(1);
  });

  it('sums up exactly when many people review at the same time', async () => {
    const { id } = await createOnSale(products);
    await Promise.all(
      Array.from({ length: 30 }, (_, n) => review(`usr_${n}`, { productId: id, rating: (n % 5) + 1 })),
    );
    await products.service.sweep();
    expect(await ratingOf(id)).toEqual({ average: 3, count: 30 });
  });

  it('counts a review in the end whose process died before it was counted', async () => {
    const { id } = await createOnSale(products);
    await products.database.collections.reviews.insertOne({
      _id: `rev_${uniqueName()}`,
      productId: id,
      authorId: 'usr_dead',
      rating: 2,
      title: null,
      body: null,
      createdAt: new Date(),
      uncounted: true,
    });
    await products.service.sweep();
    await products.service.sweep();
    expect(await ratingOf(id)).toEqual({ average: 2, count: 1 });
  });

  it('refuses wrong ratings and texts, and what is not on sale', async () => {
    const { id } = await createOnSale(products);
    const draft = await createDraft(products);
    const errorsOf = async (input: Readonly<Record<string, unknown>>) =>
      (await review('usr_c', input)).data.productReviewCreate.userErrors;
    expect(await errorsOf({ productId: id, rating: 6, title: 'a\u0000b', body: 'x'.repeat(5_001) })).toEqual([
      { code: 'INVALID', field: ['input', 'rating'] },
      { code: 'INVALID', field: ['input', 'title'] },
      { code: 'INVALID', field: ['input', 'body'] },
    ]);
    expect(await errorsOf({ productId: id, rating: 0 })).toMatchObject([{ code: 'INVALID' }]);
    for (const productId of [draft.id, 'nonsense', 'prd_00000000000000000000000000']) {
      expect(await errorsOf({ productId })).toEqual([{ code: 'NOT_FOUND', field: ['input', 'productId'] }]);
    }
  });

  it('is for people who are signed in', async () => {
    const input = { productId: 'prd_1', rating: 5 };
    for (const ask of [products.ask, products.askPayments]) {
      expect((await ask(CREATE, { input })).errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    }
  });
});

describe('reviews', () => {
  it('are paged newest first, of a product and of a user', async () => {
    const { id } = await createOnSale(products);
    const author = `usr_${uniqueName()}`;
    const other = await createOnSale(products);
    await review(author, { productId: id, title: 'first' });
    await review('usr_y', { productId: id, title: 'second' });
    await review(author, { productId: other.id, title: 'third' });
    const query = `query ($id: ID!, $after: String, $user: [_Any!]!) {
      product(id: $id) { reviews(first: 1, after: $after) { totalCount nodes { title } pageInfo { hasNextPage endCursor } } }
      _entities(representations: $user) { ... on User { reviews { totalCount nodes { title product { id } } } } }
    }`;
    const user = [{ __typename: 'User', id: author }];
    const first = await products.ask(query, { id, user });
    expect(first.data.product.reviews).toMatchObject({
      totalCount: 2,
      nodes: [{ title: 'second' }],
      pageInfo: { hasNextPage: true },
    });
    const second = await products.ask(query, {
      id,
      user,
      after: first.data.product.reviews.pageInfo.endCursor,
    });
    expect(second.data.product.reviews).toMatchObject({
      nodes: [{ title: 'first' }],
      pageInfo: { hasNextPage: false },
    });
    expect(second.data._entities[0].reviews).toEqual({
      totalCount: 2,
      nodes: [
        { title: 'third', product: { id: other.id } },
        { title: 'first', product: { id } },
      ],
    });
  });

  it('refuse impossible pages', async () => {
    const { id } = await createOnSale(products);
    const query =
      'query ($id: ID!, $first: Int, $after: String) { product(id: $id) { reviews(first: $first, after: $after) { totalCount } } }';
    expect((await products.ask(query, { id, first: 101 })).errors?.[0]?.extensions?.code).toBe(
      'BAD_USER_INPUT',
    );
    expect((await products.ask(query, { id, after: 'x' })).errors?.[0]?.extensions?.code).toBe(
      'INVALID_CURSOR',
    );
  });
});
