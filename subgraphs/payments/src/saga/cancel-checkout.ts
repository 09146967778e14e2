import { stateError } from '../domain/user-error.ts';
import type { Answer } from '../store/answer.ts';
import type { SagaDeps } from './saga-deps.ts';
import type { SagaRunner } from './saga-runner.ts';

/** Gives the stock back. Canceling twice is canceling once. */
export async function cancelCheckout(
  deps: SagaDeps,
  runner: SagaRunner,
  checkoutId: string,
): Promise<Answer> {
  const before = await deps.checkouts.cancelCheckout(checkoutId, {
    code: 'CANCELED',
    message: 'The buyer canceled it.',
  });
  deps.onCheckpoint('CANCEL: after the commit');
  if (before === 'OPEN') await runner.resume(checkoutId);
  const errors = before === 'OPEN' || before === 'CANCELED' ? [] : [stateError(before)];
  return { checkoutId, paymentId: null, errors };
}
