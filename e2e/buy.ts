import type { TestSystem } from './boot-system.ts';

type Request = TestSystem['request'];

export interface Offer {
  readonly variantId: string;
}

/** Variants that are in stock and priced in euros. */
export async function findOffers(request: Request, count: number): Promise<Offer[]> {
  const { data } = await request(
    `query ($count: Int!) {
      products(first: $count, filter: { availableForSale: true }) {
        nodes { variants(first: 20) { nodes { id availableForSale price(currency: "EUR") { amount } } } }
      }
    }`,
    { count },
  );
  return data.products.nodes.flatMap(
    (product: { variants: { nodes: { id: string; availableForSale: boolean; price: unknown }[] } }) =>
      product.variants.nodes
        .filter(({ availableForSale, price }) => availableForSale && price !== null)
        .slice(0, 1)
        .map(({ id }) => ({ variantId: id })),
  );
}

const CREATE = `mutation ($input: CheckoutCreateInput!) {
  checkoutCreate(input: $input) {
    checkout { id status total { amount currency } lines { quantity unitPrice { amount } } }
    userErrors { __typename ... on UserError { message field } }
  }
}`;

const CREATE_AS_GUEST = `mutation ($input: CheckoutCreateInput!) {
  checkoutCreate(input: $input) {
    checkout { id total { amount currency } buyer { id } }
    clientSecret
    userErrors { __typename ... on UserError { message field } }
  }
}`;

const COMPLETE_AS_GUEST = `mutation ($id: ID!, $input: CheckoutCompleteInput!, $clientSecret: String!) {
  checkoutComplete(id: $id, input: $input, clientSecret: $clientSecret) {
    order { id number email lines { product { title } } }
    userErrors { __typename ... on UserError { message field } }
  }
}`;

const COMPLETE = `mutation ($id: ID!, $input: CheckoutCompleteInput!) {
  checkoutComplete(id: $id, input: $input) {
    checkout { status }
    payment { id status nextAction { ... on RedirectAction { url } } }
    order { id number total { amount currency } }
    userErrors { __typename ... on UserError { message field } }
  }
}`;

export const createCheckout = (
  request: Request,
  token: string,
  key: string,
  lines: unknown,
  currency = 'EUR',
) => request(CREATE, { input: { lines, currency, idempotencyKey: `${key}-create` } }, token);

export const completeCheckout = (
  request: Request,
  token: string,
  key: string,
  checkout: { id: string; total: { amount: number; currency: string } },
  paymentToken = 'pm_card_visa',
) =>
  request(
    COMPLETE,
    {
      id: checkout.id,
      input: {
        paymentToken,
        expectedTotal: checkout.total,
        returnUrl: 'https://shop.example/back',
        idempotencyKey: `${key}-complete`,
      },
    },
    token,
  );

/** A whole purchase of somebody who is not signed in; the payloads of both mutations. */
export async function buyAsGuest(request: Request, key: string, lines: unknown) {
  const input = { lines, currency: 'EUR', email: 'guest@example.com', idempotencyKey: `${key}-create` };
  const created = (await request(CREATE_AS_GUEST, { input })).data.checkoutCreate;
  const { checkout, clientSecret } = created;
  const pay = {
    paymentToken: 'pm_card_visa',
    expectedTotal: checkout.total,
    idempotencyKey: `${key}-complete`,
  };
  const variables = { id: checkout.id, clientSecret, input: pay };
  return { created, completed: (await request(COMPLETE_AS_GUEST, variables)).data.checkoutComplete };
}
