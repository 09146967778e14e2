/** SetupIntents: a card that is to be kept is shown to its bank once, with its owner there. */
import { newEvent, newId, unixNow, type Books } from './books.ts';
import { findCustomer } from './customers.ts';
import { ApiError, noSuch, optionalText, record, text } from './form.ts';
import { askBuyer, newClientSecret } from './next-action.ts';
import type { BookObject, CardError, SetupIntentObject } from './objects.ts';
import type { Operation, OperationContext, Outcome } from './operation.ts';
import { namedMethod, newMethod, usableMethod, type NamedMethod } from './payment-methods.ts';

export const setupIntentOperations: readonly Operation[] = [
  {
    method: 'POST',
    path: /^\/v1\/setup_intents$/,
    run: create,
    cardOf: ({ books, form }) => namedMethod(books, optionalText(form, 'payment_method'))?.card,
  },
  {
    method: 'GET',
    path: /^\/v1\/setup_intents\/(seti_[0-9a-f]+)$/,
    run: ({ books, form, ids: [id = ''] }) => ({ body: shown(books, findSetup(books, id), form['expand']) }),
  },
];

export function findSetup(books: Books, id: string): SetupIntentObject {
  const setup = books.get('setup_intent', id);
  if (setup === undefined) throw noSuch('setup_intent', id);
  return setup;
}

/** Only what is confirmed at once, for payments without the owner. */
function create({ books, form, publicUrl }: OperationContext): Outcome {
  if (text(form, 'confirm') !== 'true' || optionalText(form, 'usage') === 'on_session') {
    const message = 'This server sets methods up off_session, and confirms at once.';
    throw new ApiError(400, { type: 'invalid_request_error', message });
  }
  const customer = findCustomer(books, text(form, 'customer'), 'customer').id;
  const id = text(form, 'payment_method');
  const method = usableMethod(books, id, customer);
  const { card } = method;
  const setupId = newId('seti');
  const setup: SetupIntentObject = {
    id: setupId,
    object: 'setup_intent',
    client_secret: newClientSecret(setupId),
    customer,
    status: 'requires_payment_method',
    usage: 'off_session',
    payment_method: id,
    return_url: optionalText(form, 'return_url') ?? null,
    next_action: null,
    last_setup_error: null,
    metadata: record(form, 'metadata'),
    created: unixNow(),
  };
  if (card.decline !== undefined && card.canBeSaved !== true) return refuse(setup, card.decline);
  if (card.requiresAction !== undefined) {
    const waiting: SetupIntentObject = askBuyer({ ...setup, status: 'requires_action' }, publicUrl);
    return { body: waiting, put: [waiting, newEvent('setup_intent.requires_action', waiting)] };
  }
  const put = succeed(setup, method);
  return { body: { ...put[0], payment_method: put[1] }, put };
}

function refuse(setup: SetupIntentObject, error: CardError): Outcome {
  const refused: SetupIntentObject = {
    ...setup,
    status: 'requires_payment_method',
    payment_method: null,
    next_action: null,
    last_setup_error: error,
  };
  return {
    status: 402,
    body: { error: { ...error, setup_intent: refused } },
    put: [refused, newEvent('setup_intent.setup_failed', refused)],
  };
}

/** The setup, the method it has saved, and what is told of it. */
function succeed(setup: SetupIntentObject, { card, token, saved }: NamedMethod): readonly BookObject[] {
  const method = newMethod(card, token, setup.customer, true);
  const kept = saved === undefined ? method : { ...saved, metadata: method.metadata };
  const succeeded: SetupIntentObject = {
    ...setup,
    status: 'succeeded',
    payment_method: kept.id,
    next_action: null,
  };
  return [succeeded, kept, newEvent('setup_intent.succeeded', succeeded)];
}

/** What its owner has done at the page they were sent to; a second click changes nothing. */
export function answerSetup(books: Books, id: string, isSuccess: boolean): SetupIntentObject {
  const setup = findSetup(books, id);
  const method = namedMethod(books, setup.payment_method);
  if (setup.status !== 'requires_action' || method === undefined) return setup;
  const failure: CardError = {
    type: 'card_error',
    code: 'setup_intent_authentication_failure',
    message: 'The buyer could not be authenticated.',
  };
  books.put(...(isSuccess ? succeed(setup, method) : (refuse(setup, failure).put ?? [])));
  return findSetup(books, id);
}

/** With its method in place of the id, for whoever asks for that. */
function shown(books: Books, setup: SetupIntentObject, expand: unknown): unknown {
  const isWanted = typeof expand === 'object' && JSON.stringify(expand).includes('payment_method');
  return isWanted
    ? {
        ...setup,
        payment_method: books.get('payment_method', setup.payment_method ?? '') ?? setup.payment_method,
      }
    : setup;
}
