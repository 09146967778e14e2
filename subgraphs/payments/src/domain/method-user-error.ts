import type { PaymentFailure } from './model.ts';
import { inputError, type CheckoutUserError, type InputError } from './user-error.ts';

/** The expected outcomes of keeping a payment method. Plain data: an idempotency key stores them. */
export type MethodUserError =
  | InputError
  | {
      readonly __typename: 'PaymentMethodDeclinedError';
      readonly message: string;
      readonly field: readonly string[] | null;
      readonly failure: PaymentFailure;
    }
  | Extract<
      CheckoutUserError,
      {
        __typename: 'ServiceUnavailableError' | 'IdempotencyKeyInUseError' | 'IdempotencyKeyReusedError';
      }
    >;

export const methodDeclined = (failure: PaymentFailure, field: readonly string[]): MethodUserError => ({
  __typename: 'PaymentMethodDeclinedError',
  message: failure.message,
  field,
  failure,
});

export const methodNotFound = (field = ['id']): InputError =>
  inputError('NOT_FOUND', field, 'There is no such payment method.');

/** Of one buyer at one provider. */
export const MOST_METHODS = 20;

export const tooManyMethods = (): InputError =>
  inputError('LIMIT_EXCEEDED', ['input'], `There can be ${MOST_METHODS} payment methods. Detach one first.`);
