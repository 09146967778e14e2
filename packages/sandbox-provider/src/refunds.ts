import { newEvent, newId, unixNow, type Books } from './books.ts';
import { amount, ApiError, noSuch, optionalText, record, text } from './form.ts';
import { findIntent } from './intents.ts';
import type { BookObject, RefundObject } from './objects.ts';
import { list, type Operation, type OperationContext, type Outcome } from './operation.ts';
import { namedMethod } from './payment-methods.ts';

/** How long a bank takes that is slow, or that sends a refund back. */
const BANK_DELAY_MS = 1_000;

export const refundOperations: readonly Operation[] = [
  {
    method: 'POST',
    path: /^\/v1\/refunds$/,
    run: create,
    cardOf: ({ books, form }) => {
      const intent = books.get('payment_intent', optionalText(form, 'payment_intent') ?? '');
      return namedMethod(books, intent?.payment_method)?.card;
    },
  },
  {
    method: 'GET',
    path: /^\/v1\/refunds\/(re_[0-9a-f]+)$/,
    run: ({ books, ids: [id = ''] }) => ({ body: findRefund(books, id) }),
  },
  {
    method: 'GET',
    path: /^\/v1\/refunds$/,
    run: ({ books, form }) => {
      const intent = optionalText(form, 'payment_intent');
      const found = books
        .list('refund')
        .filter(({ payment_intent }) => intent === undefined || payment_intent === intent);
      return { body: list(found, '/v1/refunds') };
    },
  },
];

function findRefund(books: Books, id: string): RefundObject {
  const refund = books.get('refund', id);
  if (refund === undefined) throw noSuch('refund', id);
  return refund;
}

function create({ books, form }: OperationContext): Outcome {
  const intent = findIntent(books, text(form, 'payment_intent'), 'payment_intent');
  const charge = intent.latest_charge;
  if (intent.status !== 'succeeded' || charge === null) {
    throw new ApiError(400, {
      type: 'invalid_request_error',
      code: 'charge_not_captured',
      message: `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`,
    });
  }
  const left = charge.amount_captured - charge.amount_refunded;
  const wanted = optionalText(form, 'amount') === undefined ? left : amount(form, 'amount');
  if (wanted > left || left === 0) {
    throw new ApiError(400, {
      type: 'invalid_request_error',
      code: left === 0 ? 'charge_already_refunded' : 'amount_too_large',
      param: 'amount',
      message: `Refund amount (${wanted}) is greater than unrefunded amount on charge (${left}).`,
    });
  }
  const behaviour = namedMethod(books, intent.payment_method)?.card.refund;
  const refund: RefundObject = {
    id: newId('re'),
    object: 'refund',
    amount: wanted,
    currency: intent.currency,
    payment_intent: intent.id,
    status: behaviour === 'pending' ? 'pending' : 'succeeded',
    reason: optionalText(form, 'reason') ?? null,
    metadata: record(form, 'metadata'),
    created: unixNow(),
  };
  const later: readonly BookObject[] =
    behaviour === undefined
      ? []
      : [
          {
            id: newId('due'),
            object: 'due',
            kind: behaviour === 'pending' ? 'refund_succeeds' : 'refund_fails',
            subject: refund.id,
            at: Date.now() + BANK_DELAY_MS,
            done: false,
          },
        ];
  const put = [refunded(intent, wanted), refund, newEvent('refund.created', refund), ...later];
  return { body: refund, put };
}

/** What a bank answers later. */
export function settleRefund(
  books: Books,
  id: string,
  status: 'succeeded' | 'failed',
): readonly BookObject[] {
  const refund = findRefund(books, id);
  const after: RefundObject = {
    ...refund,
    status,
    ...(status === 'failed' ? { failure_reason: 'lost_or_stolen_card' } : {}),
  };
  if (status === 'succeeded') return [after, newEvent('refund.updated', after)];
  const intent = findIntent(books, refund.payment_intent);
  return [after, refunded(intent, -refund.amount), newEvent('refund.failed', after)];
}

function refunded(intent: ReturnType<typeof findIntent>, by: number): BookObject {
  const charge = intent.latest_charge;
  return {
    ...intent,
    latest_charge: charge && { ...charge, amount_refunded: charge.amount_refunded + by },
  };
}
