import { newUuid } from '@tributary/subgraph-kit';
import { newClientSecret, type ClientSecret } from '../domain/client-secret.ts';
import type { CheckoutRequest } from '../domain/create-input.ts';
import type { IdempotentRequest } from '../domain/idempotency-key.ts';
import type { CheckoutFailure } from '../domain/model.ts';
import { reservationId } from '../domain/reservation-id.ts';
import {
  inputError,
  keyInUse,
  priceChanged,
  serviceUnavailable,
  stateError,
  tooManyGuests,
  type CheckoutUserError,
} from '../domain/user-error.ts';
import type { ReserveOutcome } from '../inventory/inventory.ts';
import type { Prices } from '../pricing/price-checkout.ts';
import type { Answer } from '../store/answer.ts';
import type { OpenCheckout, RejectReservation } from '../store/checkout-store.ts';
import { holdStock, inAskedOrder, priceSale } from './hold-and-price.ts';
import { answerOfKey } from './known-key.ts';
import type { SagaDeps } from './saga-deps.ts';
import type { SagaRunner } from './saga-runner.ts';

const MAX_OPEN_CHECKOUTS = 5;

export interface OpenCheckoutCommand {
  /** Null for a guest. */
  readonly buyerId: string | null;
  readonly checkout: CheckoutRequest;
  readonly request: IdempotentRequest;
  readonly ttlSeconds: number;
  /** See `OpenCheckout`. */
  readonly guests: OpenCheckout['guests'];
}

export interface OpenedAnswer extends Answer {
  /** A guest's, and only in the answer that opened the checkout. */
  readonly clientSecret: string | null;
}

/** Prices the lines and holds their stock. The checkout is written down before products is asked. */
export async function openCheckout(
  deps: SagaDeps,
  runner: SagaRunner,
  command: OpenCheckoutCommand,
): Promise<OpenedAnswer> {
  const { buyerId, checkout, request, ttlSeconds } = command;
  const newId = newUuid();
  const guest = buyerId === null ? newClientSecret() : undefined;
  const { currency, email, shippingAddress, billingAddress, showAsVerifiedBuyer } = checkout;
  const opened = await deps.checkouts.openCheckout({
    checkoutId: newId,
    buyerId,
    clientSecretHash: guest?.hash ?? null,
    email,
    currency,
    shippingAddress,
    billingAddress,
    showAsVerifiedBuyer,
    ttlSeconds,
    maxOpen: MAX_OPEN_CHECKOUTS,
    guests: command.guests,
    request,
  });
  deps.onCheckpoint('OPEN: after the commit');
  if (opened.kind === 'too_many') {
    const message = `There can be ${MAX_OPEN_CHECKOUTS} open checkouts. Pay or cancel one.`;
    return failed([inputError('LIMIT_EXCEEDED', ['input'], message)]);
  }
  if (opened.kind === 'too_many_guests') return failed([tooManyGuests(opened.retryAfterSeconds)]);
  if (opened.kind === 'too_many_units') return failed([opened.error]);
  if (opened.kind === 'shown_again') return { ...opened.answer, clientSecret: guest?.secret ?? null };
  if (opened.kind !== 'opened' && opened.kind !== 'resumed') return withoutSecret(guest, answerOfKey(opened));
  const checkoutId = opened.kind === 'opened' ? newId : opened.checkoutId;
  const outcome = await holdStock(deps, {
    reservationId: reservationId(checkoutId, 0),
    currency,
    lines: checkout.lines,
    ttlSeconds,
  });
  const verdict = outcome && (await judge(deps, outcome, checkout));
  if (outcome === undefined || verdict === undefined) {
    await deps.checkouts.unlockKey(request);
    return failed([serviceUnavailable()]);
  }
  return settle(deps, runner, { ...command, checkoutId, guest }, outcome, verdict);
}

async function settle(
  deps: SagaDeps,
  runner: SagaRunner,
  command: OpenCheckoutCommand & { readonly checkoutId: string; readonly guest: ClientSecret | undefined },
  outcome: ReserveOutcome,
  verdict: Verdict,
): Promise<OpenedAnswer> {
  const { checkoutId, guest } = command;
  const isPriced = 'prices' in verdict;
  const written = isPriced
    ? await deps.checkouts.applyReservation({ checkoutId, ...verdict, clientSecretHash: guest?.hash ?? null })
    : await deps.checkouts.rejectReservation({ checkoutId, ...verdict });
  deps.onCheckpoint('RESERVE: after the commit');
  // Ended meanwhile, by its buyer or by time; products may have held the stock after it was told to release it.
  // Where another request with the same key was faster, this is its hold.
  if (!written && outcome.kind === 'held') await deps.updates.letGoIfEnded(checkoutId);
  if (written && !isPriced && verdict.releaseStock) await runner.resume(checkoutId);
  const answer = await deps.checkouts.findAnswer(command.request);
  if (answer === undefined) throw new Error('a settled checkout has no answer');
  if (written) return { ...answer, clientSecret: isPriced && guest !== undefined ? guest.secret : null };
  // The faster one has shown a secret to whoever waits now; who asks again gets another.
  return guest === undefined || answer.checkoutId === null
    ? { ...answer, clientSecret: null }
    : failed([keyInUse(1)]);
}

/** A guest who asks again may see the checkout only while a new secret can be made for it. */
function withoutSecret(guest: ClientSecret | undefined, answer: Answer): OpenedAnswer {
  if (guest === undefined || answer.checkoutId === null) return { ...answer, clientSecret: null };
  const message = 'The checkout of this key is in use, and its clientSecret is not shown again.';
  return failed([inputError('INVALID', ['input', 'idempotencyKey'], message)]);
}

type Verdict = { readonly prices: Prices; readonly expiresAt: Date } | Omit<RejectReservation, 'checkoutId'>;

/** Undefined when a calculator gave no answer. */
async function judge(
  deps: SagaDeps,
  outcome: ReserveOutcome,
  checkout: CheckoutRequest,
): Promise<Verdict | undefined> {
  if (outcome.kind === 'refused') {
    const failure: CheckoutFailure = { code: 'OUT_OF_STOCK', message: 'Something in it cannot be sold.' };
    return { status: 'FAILED', failure, releaseStock: false, errors: outcome.errors };
  }
  if (outcome.kind === 'ended') {
    const failure: CheckoutFailure = { code: 'EXPIRED', message: 'The hold on the stock has ended.' };
    return { status: 'EXPIRED', failure, releaseStock: false, errors: [stateError('EXPIRED')] };
  }
  const prices = await priceSale(deps, { ...checkout, lines: inAskedOrder(outcome.lines, checkout) });
  if (prices === undefined) return undefined;
  const error = 'error' in prices ? prices.error : unexpectedPrice(prices, checkout);
  if (error === undefined && 'total' in prices) return { prices, expiresAt: outcome.expiresAt };
  const failure: CheckoutFailure = { code: 'CANCELED', message: error?.message ?? 'It cannot be sold.' };
  return { status: 'CANCELED', failure, releaseStock: true, errors: error === undefined ? [] : [error] };
}

function unexpectedPrice(
  { total: amount }: Prices,
  { expectedTotal, currency }: CheckoutRequest,
): CheckoutUserError | undefined {
  return expectedTotal !== null && expectedTotal.amount !== amount
    ? priceChanged(expectedTotal, { amount, currency })
    : undefined;
}

const failed = (errors: readonly CheckoutUserError[]): OpenedAnswer => ({
  checkoutId: null,
  paymentId: null,
  errors,
  clientSecret: null,
});
