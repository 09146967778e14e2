import { newId, unixNow, type Books } from './books.ts';
import { noSuch, record } from './form.ts';
import type { CustomerObject } from './objects.ts';
import { list, type Operation, type OperationContext, type Outcome } from './operation.ts';

const PATH = /^\/v1\/customers\/(cus_\w+)$/;

export const customerOperations: readonly Operation[] = [
  { method: 'POST', path: /^\/v1\/customers$/, run: create },
  { method: 'GET', path: PATH, run: ({ books, ids: [id = ''] }) => ({ body: findCustomer(books, id) }) },
  { method: 'DELETE', path: PATH, run: remove },
  { method: 'GET', path: /^\/v1\/customers\/(cus_\w+)\/payment_methods$/, run: listMethods },
];

function create({ form }: OperationContext): Outcome {
  const customer: CustomerObject = {
    id: newId('cus'),
    object: 'customer',
    metadata: record(form, 'metadata'),
    created: unixNow(),
  };
  return { body: customer, put: [customer] };
}

export function findCustomer(books: Books, id: string, param = 'id'): CustomerObject {
  const customer = books.get('customer', id);
  if (customer === undefined || customer.deleted === true) throw noSuch('customer', id, param);
  return customer;
}

/** All at once: nobody keeps many. */
function listMethods({ books, ids: [id = ''] }: OperationContext): Outcome {
  findCustomer(books, id);
  const methods = books.list('payment_method').filter(({ customer }) => customer === id);
  return { body: list(methods, `/v1/customers/${id}/payment_methods`) };
}

/** Takes its methods along. */
function remove({ books, ids: [id = ''] }: OperationContext): Outcome {
  const customer: CustomerObject = { ...findCustomer(books, id), deleted: true };
  const methods = books
    .list('payment_method')
    .filter((method) => method.customer === id)
    .map((method) => ({ ...method, customer: null }));
  return { body: { id, object: 'customer', deleted: true }, put: [customer, ...methods] };
}
