/**
 * Orders, payments and reviews of the seeded customers, made the way customers make them: signed in, through
 * the gateway. So the stock, the ledger and the ratings are right because the services made them so.
 * Every step has a key of its own; a run that was cut short is continued by the next.
 */
import { graphqlRequest } from './graphql-request.ts';

export const SAMPLE_PASSWORD = 'correct horse battery staple';

/** Seeded by the users service; these buy and review. */
const BUYERS = ['ada', 'grace', 'bjork', 'yuki', 'priya', 'lukas'].map((name) => `${name}@tributary.example`);

const CURRENCIES = ['EUR', 'USD', 'JPY'];
const ORDERS_PER_BUYER = 3;
const REVIEWS_PER_BUYER = 6;

const OPINIONS = [
  { rating: 5, title: 'Exactly what I hoped for', body: 'Arrived quickly, well made, would buy again.' },
  { rating: 4, title: 'Good, with a small flaw', body: 'Does its job. The packaging could be better.' },
  { rating: 5, title: 'Second one I buy', body: 'The first has lasted for years; this one is for a friend.' },
  { rating: 3, title: 'Fine for the price', body: 'No more and no less than the description says.' },
  { rating: 4, title: 'Pleasant surprise', body: 'Feels more solid than it looks in the pictures.' },
  { rating: 2, title: 'Not for me', body: 'Good quality, but the size runs small. Check the measurements.' },
];

interface Offer {
  readonly productId: string;
  readonly variantId: string;
}

/** @returns How many orders and reviews there were made. */
export async function seedActivity(gatewayUrl: string): Promise<{ orders: number; reviews: number }> {
  const url = `${gatewayUrl}/graphql`;
  const offers = await findOffers(url);
  let orders = 0;
  let reviews = 0;
  for (const [index, email] of BUYERS.entries()) {
    const accessToken = await signIn(url, email);
    for (let n = 0; n < ORDERS_PER_BUYER; n += 1) {
      const lines = [0, 1].slice(0, 1 + (n % 2)).map((line) => ({
        variantId: pick(offers, index * 7 + n * 3 + line).variantId,
        quantity: 1 + ((index + n + line) % 2),
      }));
      await placeOrder(url, accessToken, `seed-${index}-${n}`, lines, pick(CURRENCIES, n));
      orders += 1;
    }
    for (let n = 0; n < REVIEWS_PER_BUYER; n += 1) {
      const { productId } = pick(offers, index * 7 + n);
      await review(url, accessToken, productId, pick(OPINIONS, index + n));
      reviews += 1;
    }
  }
  return { orders, reviews };
}

function pick<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('The catalogue has no product on sale; it was not seeded.');
  return item;
}

async function findOffers(url: string): Promise<readonly Offer[]> {
  const data = await graphqlRequest<{
    products: { nodes: { id: string; variants: { nodes: { id: string; availableForSale: boolean }[] } }[] };
  }>(
    url,
    '{ products(first: 60, filter: { availableForSale: true }) { nodes { id variants(first: 20) { nodes { id availableForSale } } } } }',
  );
  return data.products.nodes.flatMap(({ id, variants }) => {
    const variant = variants.nodes.find(({ availableForSale }) => availableForSale);
    return variant === undefined ? [] : [{ productId: id, variantId: variant.id }];
  });
}

async function signIn(url: string, email: string): Promise<string> {
  const { signIn: answer } = await graphqlRequest<{ signIn: { tokens: { accessToken: string } | null } }>(
    url,
    'mutation ($input: SignInInput!) { signIn(input: $input) { tokens { accessToken } } }',
    { input: { email, password: SAMPLE_PASSWORD } },
  );
  if (answer.tokens === null) throw new Error(`${email} cannot sign in; were the accounts seeded?`);
  return answer.tokens.accessToken;
}

async function placeOrder(
  url: string,
  accessToken: string,
  key: string,
  lines: readonly { variantId: string; quantity: number }[],
  currency: string,
): Promise<void> {
  const merged = [...new Map(lines.map((line) => [line.variantId, line])).values()];
  const { checkoutCreate } = await graphqlRequest<{
    checkoutCreate: {
      checkout: { id: string; total: { amount: number; currency: string } } | null;
      userErrors: { message: string }[];
    };
  }>(
    url,
    `mutation ($input: CheckoutCreateInput!) {
      checkoutCreate(input: $input) { checkout { id total { amount currency } } userErrors { ... on UserError { message } } }
    }`,
    { input: { lines: merged, currency, idempotencyKey: `${key}-create` } },
    accessToken,
  );
  const { checkout } = checkoutCreate;
  if (checkout === null)
    throw new Error(`order ${key}: ${checkoutCreate.userErrors[0]?.message ?? 'no checkout'}`);
  const { checkoutComplete } = await graphqlRequest<{
    checkoutComplete: { order: { id: string } | null; userErrors: { message: string }[] };
  }>(
    url,
    `mutation ($id: ID!, $input: CheckoutCompleteInput!) {
      checkoutComplete(id: $id, input: $input) { order { id } userErrors { ... on UserError { message } } }
    }`,
    {
      id: checkout.id,
      input: {
        paymentToken: 'pm_card_visa',
        expectedTotal: checkout.total,
        idempotencyKey: `${key}-complete`,
      },
    },
    accessToken,
  );
  const failure = checkoutComplete.userErrors[0];
  if (failure !== undefined) throw new Error(`order ${key}: ${failure.message}`);
}

async function review(
  url: string,
  accessToken: string,
  productId: string,
  opinion: { rating: number; title: string; body: string },
): Promise<void> {
  // A second review of one product is refused; after a run that was cut short that is what we want.
  await graphqlRequest(
    url,
    'mutation ($input: ProductReviewCreateInput!) { productReviewCreate(input: $input) { review { id } } }',
    { input: { productId, ...opinion } },
    accessToken,
  );
}
