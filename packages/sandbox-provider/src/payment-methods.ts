import { newId, unixNow, type Books } from './books.ts';
import { findCustomer } from './customers.ts';
import { ApiError, noSuch, text } from './form.ts';
import type { PaymentMethodObject } from './objects.ts';
import type { Operation, OperationContext, Outcome } from './operation.ts';
import { testCard, type TestCard } from './test-cards.ts';

export const paymentMethodOperations: readonly Operation[] = [
  { method: 'POST', path: /^\/v1\/payment_methods\/(pm_\w+)\/attach$/, run: attach },
  { method: 'POST', path: /^\/v1\/payment_methods\/(pm_\w+)\/detach$/, run: detach },
  {
    method: 'GET',
    path: /^\/v1\/payment_methods\/(pm_\w+)$/,
    run: ({ books, ids: [id = ''] }) => ({ body: find(books, id) }),
  },
];

function find(books: Books, id: string): PaymentMethodObject {
  const method = books.get('payment_method', id);
  if (method === undefined) throw noSuch('PaymentMethod', id);
  return method;
}

/** A test token becomes a method of the customer's own, with an id of its own. */
export const newMethod = (
  { card }: TestCard,
  token: string,
  customer: string,
  isSetUp: boolean,
): PaymentMethodObject => ({
  id: newId('pm'),
  object: 'payment_method',
  type: 'card',
  card,
  customer,
  metadata: { token, set_up: isSetUp ? 'true' : 'false' },
  created: unixNow(),
});

function attach({ books, form, ids: [token = ''] }: OperationContext): Outcome {
  const card = testCard(token);
  if (card === undefined) throw noSuch('PaymentMethod', token);
  const method = newMethod(card, token, findCustomer(books, text(form, 'customer'), 'customer').id, false);
  return { body: method, put: [method] };
}

function detach({ books, ids: [id = ''] }: OperationContext): Outcome {
  const before = find(books, id);
  if (before.customer === null) {
    throw new ApiError(400, {
      type: 'invalid_request_error',
      message: 'The payment method you provided is not attached to a customer so detachment is impossible.',
    });
  }
  const method: PaymentMethodObject = { ...before, customer: null };
  return { body: method, put: [method] };
}

/** How a method that was named is to be tried. */
export interface NamedMethod {
  readonly card: TestCard;
  /** The token of the card behind it. */
  readonly token: string;
  /** Undefined for a token that nobody has saved. */
  readonly saved: PaymentMethodObject | undefined;
}

/** The card behind a test token, or behind a method that a customer has saved, also when they gave it up since. */
export function namedMethod(books: Books, id: string | null | undefined): NamedMethod | undefined {
  if (id === null || id === undefined) return undefined;
  const saved = books.get('payment_method', id);
  const token = saved?.metadata.token ?? id;
  const card = testCard(token);
  return card && { card, token, saved };
}

/** @throws ApiError for one that is not there, or that another customer, or none, has saved. */
export function usableMethod(books: Books, id: string, customer: string | null): NamedMethod {
  const method = namedMethod(books, id);
  if (method === undefined || method.saved?.customer === null)
    throw noSuch('PaymentMethod', id, 'payment_method');
  if (method.saved === undefined || method.saved.customer === customer) return method;
  throw new ApiError(400, {
    type: 'invalid_request_error',
    param: 'payment_method',
    message: 'The PaymentMethod is attached to a Customer: name that Customer with it.',
  });
}
