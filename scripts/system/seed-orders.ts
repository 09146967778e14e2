/**
 * Orders and payments of the seeded customers, made the way customers make them: signed in, through the
 * gateway. So stock and ledger are right because the services made them so.
 * Every step has a key of its own; a run that was cut short is continued by the next.
 */
import { graphqlRequest } from './graphql-request.ts';

export const SAMPLE_PASSWORD = 'correct horse battery staple';

/** Seeded by the users service; these buy. */
const BUYERS = ['ada', 'grace', 'bjork', 'yuki', 'priya', 'lukas'].map((name) => `${name}@tributary.example`);

const CURRENCIES = ['EUR', 'USD', 'JPY'];
const ORDERS_PER_BUYER = 3;

/** @returns How many orders were placed. */
export async function seedOrders(gatewayUrl: string): Promise<number> {
  const url = `${gatewayUrl}/graphql`;
  const variantIds = await findVariants(url);
  let orders = 0;
  for (const [index, email] of BUYERS.entries()) {
    const accessToken = await signIn(url, email);
    for (let n = 0; n < ORDERS_PER_BUYER; n += 1) {
      const lines = [0, 1].slice(0, 1 + (n % 2)).map((line) => ({
        variantId: pick(variantIds, index * 7 + n * 3 + line),
        quantity: 1 + ((index + n + line) % 2),
      }));
      await placeOrder(url, accessToken, `seed-${index}-${n}`, lines, pick(CURRENCIES, n));
      orders += 1;
    }
  }
  return orders;
}

function pick<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('The catalogue has no product on sale; it was not seeded.');
  return item;
}

/** One variant of each product that is in stock. */
async function findVariants(url: string): Promise<readonly string[]> {
  const data = await graphqlRequest<{
    products: { nodes: { variants: { nodes: { id: string; availableForSale: boolean }[] } }[] };
  }>(
    url,
    '{ products(first: 60, filter: { availableForSale: true }) { nodes { variants(first: 20) { nodes { id availableForSale } } } } }',
  );
  return data.products.nodes.flatMap(({ variants }) => {
    const variant = variants.nodes.find(({ availableForSale }) => availableForSale);
    return variant === undefined ? [] : [variant.id];
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
      userErrors: { __typename: string; message: string }[];
    };
  }>(
    url,
    `mutation ($input: CheckoutCreateInput!) {
      checkoutCreate(input: $input) { checkout { id total { amount currency } } userErrors { __typename ... on UserError { message } } }
    }`,
    { input: { lines: merged, currency, idempotencyKey: `${key}-create` } },
    accessToken,
  );
  const { checkout } = checkoutCreate;
  // An earlier run got this far, with what was in stock then.
  if (checkoutCreate.userErrors[0]?.__typename === 'IdempotencyKeyReusedError') return;
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
