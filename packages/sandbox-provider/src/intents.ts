/** PaymentIntents: one try to take money, authorized first and captured later. */
import { newEvent, newId, unixNow, type Books } from './books.ts';
import { findCustomer } from './customers.ts';
import { openDispute } from './disputes.ts';
import { amount, ApiError, noSuch, optionalText, record, text, type Form } from './form.ts';
import { list, type Operation, type OperationContext, type Outcome } from './operation.ts';
import { askBuyer, newClientSecret } from './next-action.ts';
import type { BookObject, CardError, ChargeObject, PaymentIntentObject } from './objects.ts';
import { newMethod, namedMethod, usableMethod, type NamedMethod } from './payment-methods.ts';
import type { TestCard } from './test-cards.ts';

const ID = '(pi_[0-9a-f]+)';
const DAY_MS = 24 * 60 * 60 * 1_000;
/** As long as Visa keeps one for a card that was not there. */
const AUTHORIZATION_LIFETIME_MS = 7 * DAY_MS;
const PAGE = 100;

export const intentOperations: readonly Operation[] = [
  { method: 'POST', path: /^\/v1\/payment_intents$/, run: create, cardOf: cardOfForm },
  { method: 'GET', path: /^\/v1\/payment_intents\/search$/, run: search },
  { method: 'GET', path: /^\/v1\/payment_intents$/, run: listAll },
  { method: 'GET', path: new RegExp(`^/v1/payment_intents/${ID}$`), run: retrieve },
  { method: 'POST', path: new RegExp(`^/v1/payment_intents/${ID}$`), run: update },
  { method: 'POST', path: path('confirm'), run: confirm, cardOf: cardOfForm },
  { method: 'POST', path: path('capture'), run: capture, cardOf: cardOfIntent },
  { method: 'POST', path: path('cancel'), run: cancel, cardOf: cardOfIntent },
];

function path(action: string): RegExp {
  return new RegExp(`^/v1/payment_intents/${ID}/${action}$`);
}

function cardOfForm({ books, form }: OperationContext): TestCard | undefined {
  return namedMethod(books, optionalText(form, 'payment_method'))?.card;
}

function cardOfIntent({ books, ids }: OperationContext): TestCard | undefined {
  return namedMethod(books, books.get('payment_intent', ids[0] ?? '')?.payment_method)?.card;
}

export function findIntent(books: Books, id: string, param = 'id'): PaymentIntentObject {
  const intent = books.get('payment_intent', id);
  if (intent === undefined) throw noSuch('payment_intent', id, param);
  return intent;
}

function create({ books, form, publicUrl }: OperationContext): Outcome {
  const currency = text(form, 'currency');
  if (!/^[a-z]{3}$/.test(currency)) throw invalid('currency', `Invalid currency: ${currency}`);
  const captureMethod = optionalText(form, 'capture_method') ?? 'automatic';
  if (captureMethod !== 'manual' && captureMethod !== 'automatic')
    throw invalid('capture_method', 'Invalid capture_method: must be one of automatic or manual');
  const customer = optionalText(form, 'customer');
  const id = newId('pi');
  const intent: PaymentIntentObject = {
    id,
    object: 'payment_intent',
    client_secret: newClientSecret(id),
    amount: amount(form, 'amount'),
    amount_capturable: 0,
    amount_received: 0,
    currency,
    status: 'requires_payment_method',
    capture_method: captureMethod,
    customer: customer === undefined ? null : findCustomer(books, customer, 'customer').id,
    payment_method: null,
    setup_future_usage: null,
    return_url: null,
    next_action: null,
    last_payment_error: null,
    latest_charge: null,
    metadata: record(form, 'metadata'),
    created: unixNow(),
    canceled_at: null,
  };
  if (optionalText(form, 'confirm') === 'true') return attempt(books, intent, form, publicUrl);
  const method = optionalText(form, 'payment_method');
  const drafted: PaymentIntentObject =
    method === undefined ? intent : { ...intent, status: 'requires_confirmation', payment_method: method };
  return { body: drafted, put: [drafted] };
}

function confirm({ books, form, ids, publicUrl }: OperationContext): Outcome {
  const intent = findIntent(books, ids[0] ?? '');
  if (intent.status !== 'requires_payment_method' && intent.status !== 'requires_confirmation')
    throw unexpectedState(intent, 'confirm');
  return attempt(books, intent, form, publicUrl);
}

/** Only whose it is. */
function update({ books, form, ids }: OperationContext): Outcome {
  const intent: PaymentIntentObject = {
    ...findIntent(books, ids[0] ?? ''),
    customer: findCustomer(books, text(form, 'customer'), 'customer').id,
  };
  return { body: intent, put: [intent] };
}

/** Tries the card: the money is set aside, or refused, or the buyer has to do something first. */
function attempt(books: Books, before: PaymentIntentObject, form: Form, publicUrl: string): Outcome {
  const id = text(form, 'payment_method');
  const method = usableMethod(books, id, before.customer);
  const { card, saved } = method;
  const intent: PaymentIntentObject = {
    ...before,
    payment_method: id,
    setup_future_usage: futureUsage(form, before.setup_future_usage),
    return_url: optionalText(form, 'return_url') ?? null,
  };
  if (card.decline !== undefined)
    return refuse({ ...intent, latest_charge: newCharge(intent, card, null) }, card.decline);
  const isSetUp = card.requiresAction === 'once' && saved?.metadata.set_up === 'true';
  if (card.requiresAction !== undefined && !isSetUp) {
    if (optionalText(form, 'off_session') === 'true') return refuse(intent, AUTHENTICATION_REQUIRED);
    const asked = { ...intent, status: 'requires_action', last_payment_error: null } as const;
    const waiting: PaymentIntentObject = askBuyer(asked, publicUrl);
    return { body: waiting, put: [waiting, newEvent('payment_intent.requires_action', waiting)] };
  }
  const { intent: after, put } = authorize(intent, method, null);
  return { body: after, put };
}

/** What an attempt says nothing of stays as the one before had it; an empty one takes it away. */
function futureUsage(
  form: Form,
  before: PaymentIntentObject['setup_future_usage'],
): PaymentIntentObject['setup_future_usage'] {
  if (form['setup_future_usage'] === undefined) return before;
  return optionalText(form, 'setup_future_usage') === 'off_session' ? 'off_session' : null;
}

/** The bank wants to see its customer, who is not there. */
const AUTHENTICATION_REQUIRED: CardError = {
  type: 'card_error',
  code: 'authentication_required',
  decline_code: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};

function refuse(intent: PaymentIntentObject, error: CardError): Outcome {
  const refused: PaymentIntentObject = {
    ...intent,
    status: 'requires_payment_method',
    next_action: null,
    last_payment_error: error,
  };
  return {
    status: 402,
    body: { error: { ...error, payment_intent: refused } },
    put: [refused, newEvent('payment_intent.payment_failed', refused)],
  };
}

function authorize(
  intent: PaymentIntentObject,
  { card, token, saved }: NamedMethod,
  threeDSecure: ThreeDSecure,
): { readonly intent: PaymentIntentObject; readonly put: readonly BookObject[] } {
  const { customer } = intent;
  const isKept = intent.setup_future_usage !== null && customer !== null && saved === undefined;
  const kept = isKept ? newMethod(card, token, customer, true) : undefined;
  const authorized: PaymentIntentObject = {
    ...intent,
    payment_method: kept?.id ?? intent.payment_method,
    status: 'requires_capture',
    amount_capturable: intent.amount,
    next_action: null,
    last_payment_error: null,
    latest_charge: newCharge(intent, card, threeDSecure),
  };
  const saving = kept === undefined ? [] : [kept];
  if (intent.capture_method === 'automatic') {
    const taken = take(authorized, intent.amount);
    return { ...taken, put: [...taken.put, ...saving] };
  }
  const expiry: BookObject = {
    id: newId('due'),
    object: 'due',
    kind: 'authorization_expires',
    subject: intent.id,
    at: Date.now() + (card.authorizationExpires === true ? 0 : AUTHORIZATION_LIFETIME_MS),
    done: false,
  };
  return {
    intent: authorized,
    put: [authorized, newEvent('payment_intent.amount_capturable_updated', authorized), expiry, ...saving],
  };
}

type ThreeDSecure = ChargeObject['payment_method_details']['card']['three_d_secure'];

const newCharge = (
  { amount: charged }: PaymentIntentObject,
  { card }: TestCard,
  threeDSecure: ThreeDSecure,
): ChargeObject => ({
  id: newId('ch'),
  object: 'charge',
  amount: charged,
  amount_captured: 0,
  amount_refunded: 0,
  payment_method_details: { type: 'card', card: { ...card, three_d_secure: threeDSecure } },
});

/** What a buyer has done at the page they were sent to. */
export function answerAction(books: Books, id: string, isSuccess: boolean): PaymentIntentObject {
  const intent = findIntent(books, id);
  const method = namedMethod(books, intent.payment_method);
  // A second click changes nothing.
  if (intent.status !== 'requires_action' || method === undefined) return intent;
  if (isSuccess) {
    const { intent: after, put } = authorize(intent, method, { result: 'authenticated' });
    books.put(...put);
    return after;
  }
  const { put = [] } = refuse(intent, {
    type: 'card_error',
    code: 'payment_intent_authentication_failure',
    message: 'The buyer could not be authenticated.',
  });
  books.put(...put);
  return findIntent(books, id);
}

function capture({ books, form, ids }: OperationContext): Outcome {
  const intent = findIntent(books, ids[0] ?? '');
  if (intent.status !== 'requires_capture') throw unexpectedState(intent, 'capture');
  const wanted =
    optionalText(form, 'amount_to_capture') === undefined
      ? intent.amount_capturable
      : amount(form, 'amount_to_capture');
  if (wanted > intent.amount_capturable) {
    throw new ApiError(400, {
      type: 'invalid_request_error',
      code: 'amount_too_large',
      param: 'amount_to_capture',
      message: 'More than was authorized cannot be captured.',
    });
  }
  const card = namedMethod(books, intent.payment_method)?.card;
  if (card?.captureFails === true) {
    const error = {
      type: 'invalid_request_error',
      code: 'charge_expired_for_capture',
      message: 'The authorization can no longer be captured.',
    } as const;
    throw new ApiError(400, error, true);
  }
  const { intent: after, put } = take(intent, wanted);
  return {
    body: after,
    put: card?.disputed === undefined ? put : [...put, ...openDispute(after, card.disputed)],
  };
}

function take(
  intent: PaymentIntentObject,
  taken: number,
): { readonly intent: PaymentIntentObject; readonly put: readonly BookObject[] } {
  const succeeded: PaymentIntentObject = {
    ...intent,
    status: 'succeeded',
    amount_capturable: 0,
    amount_received: taken,
    latest_charge: intent.latest_charge && { ...intent.latest_charge, amount_captured: taken },
  };
  return { intent: succeeded, put: [succeeded, newEvent('payment_intent.succeeded', succeeded)] };
}

function cancel({ books, ids }: OperationContext): Outcome {
  const intent = findIntent(books, ids[0] ?? '');
  if (intent.status === 'succeeded' || intent.status === 'canceled') throw unexpectedState(intent, 'cancel');
  const put = canceled(intent);
  return { body: put[0], put };
}

/** Gives up what is set aside. */
export function canceled(intent: PaymentIntentObject): readonly BookObject[] {
  const after: PaymentIntentObject = {
    ...intent,
    status: 'canceled',
    amount_capturable: 0,
    next_action: null,
    canceled_at: unixNow(),
  };
  return [after, newEvent('payment_intent.canceled', after)];
}

function retrieve({ books, ids }: OperationContext): Outcome {
  return { body: findIntent(books, ids[0] ?? '') };
}

const QUERY = /^metadata\['(\w+)'\]:'([^']*)'$/;

function search({ books, form }: OperationContext): Outcome {
  const [, name = '', value] = QUERY.exec(text(form, 'query')) ?? [];
  if (value === undefined) throw invalid('query', "Only metadata['name']:'value' can be searched for.");
  const found = books.list('payment_intent').filter(({ metadata }) => metadata[name] === value);
  return { body: list(found, '/v1/payment_intents/search') };
}

/** Oldest first, unlike Stripe's: whoever reads all of them while more are made misses none. */
function listAll({ books, form }: OperationContext): Outcome {
  const all = books.list('payment_intent');
  const after = optionalText(form, 'starting_after');
  const start = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
  const page = all.slice(start, start + PAGE);
  return { body: list(page, '/v1/payment_intents', start + PAGE < all.length) };
}

const invalid = (param: string, message: string): ApiError =>
  new ApiError(400, { type: 'invalid_request_error', param, message });

function unexpectedState(intent: PaymentIntentObject, action: string): ApiError {
  return new ApiError(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message: `You cannot ${action} this PaymentIntent because it has a status of ${intent.status}.`,
    payment_intent: intent,
  });
}
