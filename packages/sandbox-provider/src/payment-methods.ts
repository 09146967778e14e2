import { newId, unixNow, type Books } from './books.ts';
import { noSuch, text } from './form.ts';
import type { PaymentMethodObject } from './objects.ts';
import type { Operation, OperationContext, Outcome } from './operation.ts';
import { testCard } from './test-cards.ts';

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
function attach({ form, ids: [token = ''] }: OperationContext): Outcome {
  const card = testCard(token);
  if (card === undefined) throw noSuch('PaymentMethod', token);
  const method: PaymentMethodObject = {
    id: newId('pm'),
    object: 'payment_method',
    type: 'card',
    card: card.card,
    customer: text(form, 'customer'),
    metadata: { token },
    created: unixNow(),
  };
  return { body: method, put: [method] };
}

function detach({ books, ids: [id = ''] }: OperationContext): Outcome {
  const method: PaymentMethodObject = { ...find(books, id), customer: null };
  return { body: method, put: [method] };
}
