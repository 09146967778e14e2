import type { IdempotentRequest } from '../domain/idempotency-key.ts';
import { unitsOf } from '../domain/check-lines.ts';
import type { PricedLine } from '../domain/model.ts';
import { reservationId } from '../domain/reservation-id.ts';
import type { CheckoutChange } from '../domain/update-input.ts';
import { keyInUse, serviceUnavailable, stateError, type CheckoutUserError } from '../domain/user-error.ts';
import { whyNotChangeable } from '../domain/why-not-payable.ts';
import type { Answer } from '../store/answer.ts';
import type { BegunUpdate } from '../store/update-store.ts';
import { holdStock, inAskedOrder, priceSale } from './hold-and-price.ts';
import { answerOfKey } from './known-key.ts';
import type { SagaDeps } from './saga-deps.ts';

export interface UpdateCheckoutCommand {
  readonly checkoutId: string;
  readonly change: CheckoutChange;
  /** Pieces that guests of one network may hold together. */
  readonly maxGuestUnits: number;
  readonly request: IdempotentRequest;
}

/**
 * Changes an open checkout and prices it again. Other lines are held before the old ones are let go, so a buyer never
 * loses what they have. Whatever ends or pays the checkout meanwhile wins: then nothing is changed.
 */
export async function updateCheckout(deps: SagaDeps, command: UpdateCheckoutCommand): Promise<Answer> {
  const { checkoutId, change, request } = command;
  const { updates, checkouts } = deps;
  const begun = await updates.begin({
    checkoutId,
    request,
    holds: change.lines && { units: unitsOf(change.lines), maxUnits: command.maxGuestUnits },
    refuse: whyNotChangeable,
  });
  deps.onCheckpoint('UPDATE: after the commit of the intent');
  if (begun.kind === 'refused') return { checkoutId, paymentId: null, errors: [begun.error] };
  if (begun.kind !== 'begun') return answerOfKey(begun);
  const held = await linesOf(deps, begun, change);
  if (held === undefined) return unanswered(deps, command);
  if ('errors' in held) return refuse(deps, command, begun, held.errors);
  const { currency } = begun.checkout.total;
  const shippingAddress = change.shippingAddress ?? begun.checkout.shippingAddress;
  const billingAddress = change.billingAddress ?? begun.checkout.billingAddress;
  const prices = await priceSale(deps, { currency, lines: held.lines, shippingAddress, billingAddress });
  if (prices === undefined) return unanswered(deps, command);
  if ('error' in prices) return refuse(deps, command, begun, [prices.error]);
  const written = await updates.apply({
    checkoutId,
    request,
    revision: begun.revision,
    email: change.email,
    shippingAddress,
    billingAddress,
    prices,
    expiresAt: held.expiresAt,
  });
  deps.onCheckpoint('UPDATE: after the commit');
  if (!written) await updates.letGo(checkoutId, begun.revision);
  const answer = await checkouts.findAnswer(request);
  if (answer !== undefined) return answer;
  // Its time is over, and whoever ends it gives the answer that stays. Or this took so long that its hold was taken
  // back, and the same key begins again.
  await checkouts.unlockKey(request);
  const isOver = begun.checkout.expiresAt.getTime() <= Date.now();
  return { checkoutId, paymentId: null, errors: [isOver ? stateError('EXPIRED') : keyInUse(1)] };
}

interface Held {
  readonly lines: readonly PricedLine[];
  /** Null: the hold is the old one. */
  readonly expiresAt: Date | null;
}

/** Undefined when products gave no answer. */
async function linesOf(
  deps: SagaDeps,
  { checkout, lines, revision }: BegunUpdate,
  { lines: asked }: CheckoutChange,
): Promise<Held | { readonly errors: readonly CheckoutUserError[] } | undefined> {
  if (asked === null || revision === null) return { lines, expiresAt: null };
  const { currency } = checkout.total;
  const outcome = await holdStock(deps, {
    reservationId: reservationId(checkout.id, revision),
    currency,
    lines: asked,
    ttlSeconds: Math.max(1, Math.ceil((checkout.expiresAt.getTime() - Date.now()) / 1_000)),
  });
  if (outcome === undefined) return undefined;
  if (outcome.kind === 'refused') return { errors: outcome.errors };
  if (outcome.kind === 'ended') return { errors: [stateError('EXPIRED')] };
  return { lines: inAskedOrder(outcome.lines, { lines: asked, currency }), expiresAt: outcome.expiresAt };
}

async function unanswered(
  { checkouts }: SagaDeps,
  { checkoutId, request }: UpdateCheckoutCommand,
): Promise<Answer> {
  await checkouts.unlockKey(request);
  return { checkoutId, paymentId: null, errors: [serviceUnavailable()] };
}

async function refuse(
  { updates, checkouts }: SagaDeps,
  { checkoutId, request }: UpdateCheckoutCommand,
  { revision }: BegunUpdate,
  errors: readonly CheckoutUserError[],
): Promise<Answer> {
  const refused: Answer = { checkoutId, paymentId: null, errors };
  await updates.refuse(request, refused);
  await updates.letGo(checkoutId, revision);
  return (await checkouts.findAnswer(request)) ?? refused;
}
