import { describe, expect, it } from '@jest/globals';
import { checkAnswer, type Verdict } from './check-answer.ts';
import { executeAsOne } from './graph/monolith.ts';

const question = {
  query: '{ product(id: "p1") { title shipping reviews { stars author { name city } } } }',
  variables: {},
};
const expected = executeAsOne(question);

interface Product {
  title: string | null;
  shipping: number | null;
  reviews: { author: { name: string } | null }[] | null;
}

/** The verdict on an answer that differs in what `change` does, with errors of an unreachable subgraph. */
function verdictOn(
  change: (product: Product) => unknown,
  errors: readonly { service: string; path: readonly (string | number)[]; code?: string }[] = [],
  down: readonly string[] = ['reviews', 'accounts', 'catalog'],
): Verdict {
  const data = JSON.parse(JSON.stringify(expected.data)) as { product: Product };
  change(data.product);
  const body = {
    data,
    ...(errors.length > 0 && {
      errors: errors.map(({ service, path, code = 'SUBREQUEST_HTTP_ERROR' }) => ({
        message: 'away',
        path,
        extensions: { code, service },
      })),
    }),
  };
  return checkAnswer(question, expected, { status: 200, body }, new Set(down));
}

const reviewsAway = { service: 'reviews', path: ['product', 'reviews'] };
const withoutReviews = (product: Product): void => {
  product.reviews = null;
};

describe("the soak's check of an answer", () => {
  it('accepts the answer of one schema', () => {
    expect(verdictOn(() => undefined).kind).toBe('right');
  });

  it('accepts the fields of a subgraph that was down as null with an error each', () => {
    expect(verdictOn(withoutReviews, [reviewsAway])).toEqual({ kind: 'explained', subgraphs: ['reviews'] });
  });

  it('follows a null that may not be to the field that is null for it', () => {
    const verdict = verdictOn(
      ({ reviews }) => {
        for (const review of reviews ?? []) review.author = null;
      },
      [0, 1, 2].map((index) => ({
        service: 'accounts',
        path: ['product', 'reviews', index, 'author', 'name'],
      })),
    );

    expect(verdict.kind).toBe('explained');
  });

  it('accepts that a field is missing for which another one was required', () => {
    const verdict = verdictOn(
      (product) => {
        product.shipping = null;
      },
      [{ service: 'catalog', path: ['product', 'price'] }],
    );

    expect(verdict.kind).toBe('explained');
  });

  it.each([
    ['other data', verdictOn((product) => (product.title = 'Other'))],
    ['fields in another order', reordered()],
    ['a null without an error', verdictOn(withoutReviews)],
    ['an error of a subgraph that was not down', verdictOn(withoutReviews, [reviewsAway], ['accounts'])],
    ['an error of another kind', verdictOn(withoutReviews, [{ ...reviewsAway, code: 'GATEWAY_TIMEOUT' }])],
    [
      'an error at a field of another subgraph',
      verdictOn(withoutReviews, [{ ...reviewsAway, service: 'catalog' }]),
    ],
    [
      'an error at a field that nobody needs',
      verdictOn(withoutReviews, [{ ...reviewsAway, path: ['product', 'weight'] }]),
    ],
    ['two errors at one field', verdictOn(withoutReviews, [reviewsAway, reviewsAway])],
    ['an error at a field that is there', verdictOn(() => undefined, [reviewsAway])],
    [
      'other data beside fields that were explained',
      verdictOn(
        (product) => {
          withoutReviews(product);
          product.title = 'Other';
        },
        [reviewsAway],
      ),
    ],
    [
      'a refusal of what the supergraph has',
      checkAnswer(
        question,
        expected,
        {
          status: 400,
          body: { errors: [{ message: 'no', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
        },
        new Set(),
      ),
    ],
  ])('rejects %s', (_, verdict) => {
    expect(verdict.kind).toBe('wrong');
  });

  it('accepts a refusal by the supergraph that does not have the field', () => {
    const stock = { query: '{ product(id: "p1") { inStock } }', variables: {} };
    const error = {
      message: 'Cannot query field "inStock" on type "Product".',
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    };

    const verdict = checkAnswer(
      stock,
      executeAsOne(stock),
      { status: 400, body: { errors: [error] } },
      new Set(),
    );

    expect(verdict.kind).toBe('refused');
  });
});

function reordered(): Verdict {
  const { product } = expected.data as { product: Product };
  const body = { data: { product: Object.fromEntries(Object.entries(product).reverse()) } };
  return checkAnswer(question, expected, { status: 200, body }, new Set());
}
