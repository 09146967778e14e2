import { setTimeout as delay } from 'node:timers/promises';
import type { IdempotentRequest } from '../domain/idempotency-key.ts';
import type { Amount } from '../domain/model.ts';
import { whyNotPayable } from '../domain/why-not-payable.ts';
import { inputError, type CheckoutUserError } from '../domain/user-error.ts';
import type { Answer } from '../store/answer.ts';
import type { ChosenMethod } from '../store/checkout-store.ts';
import { answerOfKey } from './known-key.ts';
import type { SagaDeps } from './saga-deps.ts';
import type { SagaRunner } from './saga-runner.ts';

/** Refused before anything is done with it. */
const NOTHING: ChosenMethod = { token: '', use: 'ONCE', customer: null, offSession: false };

/** Between two looks at a checkout that another process is at. */
const LOOK_AGAIN_MS = 50;

export interface PayCheckoutCommand {
  readonly checkoutId: string;
  /** Or why there is nothing to pay with. */
  readonly method: ChosenMethod | { readonly error: CheckoutUserError };
  readonly returnUrl: string | null;
  readonly expectedTotal: Amount;
  readonly request: IdempotentRequest;
}

/**
 * Pays a checkout: writes down what is to be done, then does it inline for as long as the budget lasts.
 *
 * An answer without errors and without an order is a payment that is still PROCESSING; the worker goes on with it.
 */
export async function payCheckout(
  deps: SagaDeps,
  runner: SagaRunner,
  command: PayCheckoutCommand,
): Promise<Answer> {
  const { checkoutId, request, expectedTotal, method, returnUrl } = command;
  const deadline = Date.now() + deps.timing.inlineBudgetMs;
  const begun = await deps.checkouts.beginPayment({
    checkoutId,
    provider: deps.provider.code,
    captureMethod: deps.captureMethod,
    method: 'error' in method ? NOTHING : method,
    returnUrl,
    request,
    // A key that has its answer gives that, whatever became of the method since.
    refuse: (checkout, now) =>
      whyNotPayable(checkout, expectedTotal, now) ??
      whyNotMovable(deps, checkout.total) ??
      ('error' in method ? method.error : undefined),
  });
  deps.onCheckpoint('BEGIN: after the commit');
  if (begun.kind === 'refused') return { checkoutId, paymentId: null, errors: [begun.error] };
  if (begun.kind !== 'begun' && begun.kind !== 'resumed') return answerOfKey(begun);
  if (begun.kind === 'begun') await withinBudget(runner.run(begun.saga), deadline);
  for (;;) {
    const answer = await deps.checkouts.findAnswer(request);
    if (answer !== undefined) return answer;
    if (Date.now() >= deadline) break;
    const moved = await withinBudget(runner.resume(checkoutId), deadline);
    if (moved !== true) await delay(LOOK_AGAIN_MS);
  }
  await deps.checkouts.unlockKey(request);
  return { checkoutId, paymentId: null, errors: [] };
}

/** Known before anything is asked of the provider: it would refuse it for good. */
function whyNotMovable({ provider, logger }: SagaDeps, total: Amount): CheckoutUserError | undefined {
  const isTaken = provider.currencies.includes(total.currency);
  const reason = isTaken ? provider.whyNotMovable(total) : `it takes no ${total.currency}`;
  if (reason === undefined) return undefined;
  logger.error(
    { 'payment.provider': provider.code, reason },
    'a checkout is of an amount that cannot be paid',
  );
  return inputError('UNSUPPORTED', ['id'], 'This amount cannot be paid here. Change the checkout.');
}

/** The work itself goes on when the budget ends. */
async function withinBudget<T>(work: Promise<T>, deadline: number): Promise<T | undefined> {
  const timer = new AbortController();
  try {
    const budget = delay(Math.max(0, deadline - Date.now()), undefined, { signal: timer.signal });
    return await Promise.race([work, budget.catch(() => undefined)]);
  } finally {
    timer.abort();
  }
}
