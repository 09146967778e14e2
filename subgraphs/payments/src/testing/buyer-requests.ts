/** What buyers ask, as front ends would. */
import type { Viewer } from '@tributary/service-kit';
import type { GraphqlAnswer, GraphqlRequest } from '@tributary/testkit';
import { randomUUID } from 'node:crypto';

const ERRORS = `userErrors {
  __typename
  ... on UserError { message field }
  ... on PaymentInputError { code }
  ... on InsufficientStockError { requested available variant { id } }
  ... on VariantUnavailableError { variant { id } }
  ... on PriceChangedError { expected { amount currency } actual { amount currency decimal } }
  ... on CheckoutStateError { status }
  ... on PaymentDeclinedError { failure { code message retryable at } payment { id status } }
  ... on ServiceUnavailableError { retryAfterSeconds }
  ... on IdempotencyKeyInUseError { retryAfterSeconds }
}`;
const CHECKOUT = `checkout {
  id status expiresAt createdAt
  total { amount currency decimal }
  currency
  buyer { id }
  lines { id quantity sku title unitPrice { amount } total { amount } variant { id } product { __typename id } }
  shippingAddress { recipientName company line1 line2 city region postalCode countryCode phone }
  failure { code message }
}`;

export const CREATE = `mutation ($input: CheckoutCreateInput!) {
  checkoutCreate(input: $input) { ${CHECKOUT} ${ERRORS} }
}`;
export const COMPLETE = `mutation ($id: ID!, $input: CheckoutCompleteInput!) {
  checkoutComplete(id: $id, input: $input) {
    ${CHECKOUT}
    payment { id status amountCaptured { amount } card { brand last4 expMonth expYear issuerCountry threeDSecure } lastFailure { code } events { type } }
    order { id number status total { amount currency decimal } }
    ${ERRORS}
  }
}`;
export const CANCEL = `mutation ($id: ID!) { checkoutCancel(id: $id) { ${CHECKOUT} ${ERRORS} } }`;

export const newKey = (): string => `key-${randomUUID()}`;

export const createInput = (lines: Readonly<Record<string, number>>, overrides: object = {}): object => ({
  lines: Object.entries(lines).map(([variantId, quantity]) => ({ variantId, quantity })),
  currency: 'EUR',
  idempotencyKey: newKey(),
  ...overrides,
});

export const completeInput = (amount: number, overrides: object = {}): object => ({
  paymentToken: 'pm_card_visa',
  expectedTotal: { amount, currency: 'EUR' },
  idempotencyKey: newKey(),
  ...overrides,
});

/** Tests know the shape they asked for. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Payload = any;

export async function create(request: GraphqlRequest, viewer: Viewer, input: object): Promise<Payload> {
  return payloadOf(await request(CREATE, { input }, viewer), 'checkoutCreate');
}

export async function complete(
  request: GraphqlRequest,
  viewer: Viewer,
  id: string,
  input: object,
): Promise<Payload> {
  return payloadOf(await request(COMPLETE, { id, input }, viewer), 'checkoutComplete');
}

export async function cancel(request: GraphqlRequest, viewer: Viewer, id: string): Promise<Payload> {
  return payloadOf(await request(CANCEL, { id }, viewer), 'checkoutCancel');
}

/** Buys one thing with a good card; the payload of checkoutComplete. */
export async function buy(
  request: GraphqlRequest,
  viewer: Viewer,
  lines: Readonly<Record<string, number>>,
): Promise<Payload> {
  const { checkout } = await create(request, viewer, createInput(lines));
  return complete(request, viewer, checkout.id, completeInput(checkout.total.amount));
}

function payloadOf(answer: GraphqlAnswer, field: string): Payload {
  if (answer.errors !== undefined) throw new Error(`the request failed: ${JSON.stringify(answer.errors)}`);
  return answer.data[field];
}
