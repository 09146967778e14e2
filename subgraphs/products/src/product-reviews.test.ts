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
      status: 'PUBLISHED',
      version: 1,
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

describe('productReviewModerate', () => {
  const MODERATE = `mutation ($id: ID!, $status: ReviewStatus!) {
    productReviewModerate(id: $id, status: $status) { review { id status } userErrors { code field } }
  }`;
  const moderate = async (id: string, status: string) =>
    (await products.askAdmin(MODERATE, { id, status })).data.productReviewModerate;
  const PENDING =
    'query ($status: ReviewStatus) { productReviews(status: $status) { totalCount nodes { id status } } }';
  const shown = async (id: string) =>
    (
      await products.ask(
        'query ($id: ID!) { product(id: $id) { reviews { totalCount nodes { id } } rating { average count } } }',
        { id },
      )
    ).data.product;

  it('hides and shows a review, in lists and in the rating', async () => {
    const { id } = await createOnSale(products);
    await review('usr_a', { productId: id, rating: 5 });
    const { data } = await review('usr_b', { productId: id, rating: 1 });
    const reviewId = data.productReviewCreate.review.id;
    expect(await moderate(reviewId, 'REJECTED')).toEqual({
      review: { id: reviewId, status: 'REJECTED' },
      userErrors: [],
    });
    expect(await shown(id)).toMatchObject({ reviews: { totalCount: 1 }, rating: { average: 5, count: 1 } });
    const byReference =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on ProductReview { id } } }';
    const r = [{ __typename: 'ProductReview', id: reviewId }];
    expect((await products.ask(byReference, { r })).data._entities).toEqual([null]);
    for (const ask of [products.askAdmin, products.askAs(userViewer('usr_b'))]) {
      expect((await ask(byReference, { r })).data._entities).toEqual([{ id: reviewId }]);
    }
    expect(
      (await products.askAdmin(PENDING, { status: 'REJECTED' })).data.productReviews.nodes,
    ).toContainEqual({
      id: reviewId,
      status: 'REJECTED',
    });
    await moderate(reviewId, 'PUBLISHED');
    expect(await shown(id)).toMatchObject({ reviews: { totalCount: 2 }, rating: { average: 3, count: 2 } });
  });

  it('keeps the rating exact while moderators and authors are at work at once', async () => {
    const { id } = await createOnSale(products);
    const made = await Promise.all(
      Array.from({ length: 12 }, (_, n) => review(`usr_m${n}`, { productId: id, rating: (n % 5) + 1 })),
    );
    const ids = made.map(({ data }) => data.productReviewCreate.review.id as string);
    await Promise.all([
      ...ids.flatMap((reviewId, n) => [
        moderate(reviewId, 'REJECTED'),
        moderate(reviewId, n % 3 === 0 ? 'PUBLISHED' : 'REJECTED'),
      ]),
      review('usr_late', { productId: id, rating: 2 }),
    ]);
    await products.service.sweep();
    const stored = await products.database.collections.reviews
      .find({ productId: id, status: 'PUBLISHED' })
      .toArray();
    const sum = stored.reduce((total, { rating }) => total + rating, 0);
    expect((await shown(id)).rating).toEqual({ average: sum / stored.length, count: stored.length });
    expect(await products.database.collections.reviews.countDocuments({ uncounted: true })).toBe(0);
  });

  it('is for the catalogue, and of reviews there are', async () => {
    const buyer = products.askAs(userViewer('usr_1', []));
    const variables = { id: 'rev_00000000000000000000000000', status: 'REJECTED' };
    expect((await buyer(MODERATE, variables)).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    expect((await buyer(PENDING)).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    for (const id of [variables.id, 'nonsense']) {
      expect(await moderate(id, 'REJECTED')).toEqual({
        review: null,
        userErrors: [{ code: 'NOT_FOUND', field: ['id'] }],
      });
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
