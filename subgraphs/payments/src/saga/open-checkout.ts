import { newUuid } from '@tributary/subgraph-kit';
import { setTimeout as delay } from 'node:timers/promises';
import type { CheckoutRequest } from '../domain/create-input.ts';
import type { IdempotentRequest } from '../domain/idempotency-key.ts';
import { checkoutId as typedCheckoutId } from '../domain/ids.ts';
import type { Amount, CheckoutFailure, PricedLine } from '../domain/model.ts';
import { retryDelayMs } from '../domain/retry-delay.ts';
import { sumLines } from '../domain/sum-lines.ts';
import {
  inputError,
  priceChanged,
  serviceUnavailable,
  stateError,
  type CheckoutUserError,
} from '../domain/user-error.ts';
import { InventoryUnavailableError, type ReserveOutcome } from '../inventory/inventory.ts';
import type { Answer } from '../store/answer.ts';
import type { RejectReservation } from '../store/checkout-store.ts';
import { answerOfKey } from './known-key.ts';
import type { SagaDeps } from './saga-deps.ts';
import type { SagaRunner } from './saga-runner.ts';

const MAX_OPEN_CHECKOUTS = 5;
const MAX_RESERVE_TRIES = 3;

export interface OpenCheckoutCommand {
  readonly buyerId: string;
  readonly checkout: CheckoutRequest;
  readonly request: IdempotentRequest;
  readonly ttlSeconds: number;
}

/** Prices the lines and holds their stock. The checkout is written down before products is asked. */
export async function openCheckout(
  deps: SagaDeps,
  runner: SagaRunner,
  command: OpenCheckoutCommand,
): Promise<Answer> {
  const { buyerId, checkout, request, ttlSeconds } = command;
  const newId = newUuid();
  const { currency, shippingAddress } = checkout;
  const opened = await deps.checkouts.openCheckout({
    checkoutId: newId,
    buyerId,
    currency,
    shippingAddress,
    ttlSeconds,
    maxOpen: MAX_OPEN_CHECKOUTS,
    request,
  });
  deps.onCheckpoint('OPEN: after the commit');
  if (opened.kind === 'too_many') {
    const message = `There can be ${MAX_OPEN_CHECKOUTS} open checkouts. Pay or cancel one.`;
    return failed([inputError('LIMIT_EXCEEDED', ['input'], message)]);
  }
  if (opened.kind !== 'opened' && opened.kind !== 'resumed') return answerOfKey(opened);
  const checkoutId = opened.kind === 'opened' ? newId : opened.checkoutId;
  const outcome = await reserve(deps, checkoutId, command);
  if (outcome === undefined) {
    await deps.checkouts.unlockKey(request);
    return failed([serviceUnavailable()]);
  }
  return settle(deps, runner, checkoutId, command, outcome);
}

/** Undefined when products gave no answer to any try. */
async function reserve(
  { inventory, timing, onCheckpoint }: SagaDeps,
  checkoutId: string,
  { checkout, ttlSeconds }: OpenCheckoutCommand,
): Promise<ReserveOutcome | undefined> {
  const { lines, currency } = checkout;
  const id = typedCheckoutId.fromUuid(checkoutId);
  for (let attempt = 1; ; attempt += 1) {
    onCheckpoint('RESERVE: before the call');
    try {
      const signal = AbortSignal.timeout(timing.inventoryTimeoutMs);
      const outcome = await inventory.reserve({ checkoutId: id, currency, lines, ttlSeconds }, signal);
      onCheckpoint('RESERVE: after the call');
      return outcome;
    } catch (error) {
      if (!(error instanceof InventoryUnavailableError)) throw error;
      if (attempt === MAX_RESERVE_TRIES) return undefined;
      await delay(retryDelayMs(attempt));
    }
  }
}

async function settle(
  deps: SagaDeps,
  runner: SagaRunner,
  checkoutId: string,
  { checkout, request }: OpenCheckoutCommand,
  outcome: ReserveOutcome,
): Promise<Answer> {
  const verdict = judge(outcome, checkout);
  const written =
    'total' in verdict
      ? await deps.checkouts.applyReservation({ checkoutId, ...verdict })
      : await deps.checkouts.rejectReservation({ checkoutId, ...verdict });
  deps.onCheckpoint('RESERVE: after the commit');
  if (!written && outcome.kind === 'held') {
    // Ended meanwhile, by its buyer or by time; products may have held the stock after it was told to release it.
    const signal = AbortSignal.timeout(deps.timing.inventoryTimeoutMs);
    await deps.inventory
      .release(typedCheckoutId.fromUuid(checkoutId), 'CANCELED', signal)
      .catch(() => undefined);
  }
  if (written && 'releaseStock' in verdict && verdict.releaseStock) await runner.resume(checkoutId);
  const answer = await deps.checkouts.findAnswer(request);
  if (answer === undefined) throw new Error('a settled checkout has no answer');
  return answer;
}

type Verdict =
  | { readonly lines: readonly PricedLine[]; readonly total: Amount; readonly expiresAt: Date }
  | Omit<RejectReservation, 'checkoutId'>;

function judge(outcome: ReserveOutcome, checkout: CheckoutRequest): Verdict {
  if (outcome.kind === 'refused') {
    const failure: CheckoutFailure = { code: 'OUT_OF_STOCK', message: 'Something in it cannot be sold.' };
    return { status: 'FAILED', failure, releaseStock: false, errors: outcome.errors };
  }
  if (outcome.kind === 'ended') {
    const failure: CheckoutFailure = { code: 'EXPIRED', message: 'The hold on the stock has ended.' };
    return { status: 'EXPIRED', failure, releaseStock: false, errors: [stateError('EXPIRED')] };
  }
  const lines = inAskedOrder(outcome.lines, checkout);
  const total = sumLines(lines, checkout.currency);
  const error = whyNotSellable(total, checkout);
  if (error === undefined && total !== undefined) return { lines, total, expiresAt: outcome.expiresAt };
  const failure: CheckoutFailure = { code: 'CANCELED', message: error?.message ?? 'It cannot be sold.' };
  return { status: 'CANCELED', failure, releaseStock: true, errors: error === undefined ? [] : [error] };
}

function whyNotSellable(
  total: Amount | undefined,
  { expectedTotal }: CheckoutRequest,
): CheckoutUserError | undefined {
  if (total === undefined) return inputError('LIMIT_EXCEEDED', ['input', 'lines'], 'The total is too large.');
  if (total.amount === 0) return inputError('INVALID', ['input', 'lines'], 'There is nothing to pay for.');
  if (expectedTotal !== null && expectedTotal.amount !== total.amount)
    return priceChanged(expectedTotal, total);
  return undefined;
}

/** @throws Error when products priced something else than was asked for: never charge for that. */
function inAskedOrder(
  priced: readonly PricedLine[],
  { lines, currency }: CheckoutRequest,
): readonly PricedLine[] {
  const byVariant = new Map(priced.map((line) => [line.variantId, line]));
  if (byVariant.size !== lines.length) throw new Error('products priced other lines than were asked for');
  return lines.map(({ variantId, quantity }) => {
    const line = byVariant.get(variantId);
    if (line?.quantity !== quantity || line.unitPrice.currency !== currency) {
      throw new Error('products priced another line than was asked for');
    }
    return line;
  });
}

const failed = (errors: readonly CheckoutUserError[]): Answer => ({
  checkoutId: null,
  paymentId: null,
  errors,
});
