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
      input: { paymentToken, expectedTotal: checkout.total, idempotencyKey: `${key}-complete` },
    },
    token,
  );
