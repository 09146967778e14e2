import type { Payment } from '../domain/model.ts';
import { paymentDeclined } from '../domain/user-error.ts';
import type { Answer } from '../store/answer.ts';
import type { SagaDeps } from './saga-deps.ts';
import type { SagaRunner } from './saga-runner.ts';

/**
 * Looks whether the buyer's bank has said yes, and goes on with the purchase. Safe at any time and any number of times:
 * it asks the provider and believes nobody else.
 */
export async function finishAction(deps: SagaDeps, runner: SagaRunner, payment: Payment): Promise<Answer> {
  const { id: paymentId, checkoutId } = payment;
  await deps.sagas.hurry(checkoutId);
  await runner.resume(checkoutId);
  const [after] = await deps.reader.paymentsByIds([paymentId]);
  const failure = after?.status === 'REQUIRES_PAYMENT_METHOD' ? after.lastFailure : null;
  return {
    checkoutId,
    paymentId,
    errors: failure === null ? [] : [paymentDeclined(failure, paymentId, ['paymentId'])],
  };
}
