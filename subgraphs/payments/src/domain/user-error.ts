/**
 * The expected outcomes a buyer can act on, in the shape the contract gives them.
 * They are plain data because an idempotency key stores its answer and gives it again.
 */
import type { Amount, CheckoutStatus, PaymentFailure } from './model.ts';

export type PaymentErrorCode =
  'INVALID' | 'REQUIRED' | 'NOT_FOUND' | 'CURRENCY_MISMATCH' | 'LIMIT_EXCEEDED' | 'UNSUPPORTED';
type Path = readonly string[] | null;

export type CheckoutUserError =
  | InputError
  | (Base<'InsufficientStockError'> & {
      readonly variant: { readonly id: string } | null;
      readonly requested: number;
      readonly available: number;
    })
  | (Base<'VariantUnavailableError'> & { readonly variant: { readonly id: string } | null })
  | (Base<'PriceChangedError'> & { readonly expected: Amount; readonly actual: Amount })
  | (Base<'CheckoutStateError'> & { readonly status: CheckoutStatus })
  | (Base<'PaymentDeclinedError'> & { readonly failure: PaymentFailure; readonly paymentId: string })
  | (Base<'ServiceUnavailableError'> & { readonly retryAfterSeconds: number })
  | (Base<'IdempotencyKeyInUseError'> & { readonly retryAfterSeconds: number })
  | Base<'IdempotencyKeyReusedError'>
  | (Base<'RateLimitedError'> & { readonly retryAfterSeconds: number });

interface Base<T extends string> {
  readonly __typename: T;
  readonly message: string;
  readonly field: Path;
}

export type InputError = Base<'PaymentInputError'> & { readonly code: PaymentErrorCode };

export const inputError = (
  code: PaymentErrorCode,
  field: readonly string[],
  message: string,
): InputError => ({
  __typename: 'PaymentInputError',
  code,
  field,
  message,
});

export const checkoutNotFound = (): InputError =>
  inputError('NOT_FOUND', ['id'], 'There is no such checkout.');

export const orderNotFound = (): InputError =>
  inputError('NOT_FOUND', ['input', 'orderId'], 'There is no such order.');

export const paymentNotFound = (field = ['paymentId']): InputError =>
  inputError('NOT_FOUND', field, 'There is no such payment.');

const STATE_MESSAGES: Readonly<Record<CheckoutStatus, string>> = {
  OPEN: 'The checkout is not paid yet.',
  PAYING: 'The checkout is being paid right now.',
  COMPLETED: 'The checkout is already paid.',
  EXPIRED: 'The checkout has expired. Start a new one.',
  CANCELED: 'The checkout was canceled. Start a new one.',
  FAILED: 'The checkout has failed. Start a new one.',
};

export const stateError = (status: CheckoutStatus, message = STATE_MESSAGES[status]): CheckoutUserError => ({
  __typename: 'CheckoutStateError',
  message,
  field: ['id'],
  status,
});

export const paymentDeclined = (
  failure: PaymentFailure,
  paymentId: string,
  field: readonly string[],
): CheckoutUserError => ({
  __typename: 'PaymentDeclinedError',
  message: failure.message,
  field,
  failure,
  paymentId,
});

export const priceChanged = (expected: Amount, actual: Amount): CheckoutUserError => ({
  __typename: 'PriceChangedError',
  message: 'The total is not the one you were shown.',
  field: ['input', 'expectedTotal'],
  expected,
  actual,
});

export const serviceUnavailable = (): Extract<
  CheckoutUserError,
  { __typename: 'ServiceUnavailableError' }
> => ({
  __typename: 'ServiceUnavailableError',
  message: 'A service that this needs is not answering. Try again with the same idempotencyKey.',
  field: null,
  retryAfterSeconds: 1,
});

export const tooManyGuests = (retryAfterSeconds: number): CheckoutUserError => ({
  __typename: 'RateLimitedError',
  message: 'Too many checkouts are open where you are. Pay or cancel one, sign in, or try again later.',
  field: null,
  retryAfterSeconds,
});

/** @param retryAfterSeconds When others end; null when these alone are too many. */
export const tooManyUnits = (maxUnits: number, retryAfterSeconds: number | null): CheckoutUserError =>
  retryAfterSeconds === null
    ? inputError(
        'LIMIT_EXCEEDED',
        ['input', 'lines'],
        `Without signing in, ${maxUnits} pieces can be held at most. Ask for fewer, or sign in.`,
      )
    : {
        __typename: 'RateLimitedError',
        message: 'Too many pieces are held where you are. Ask for fewer, sign in, or try again later.',
        field: ['input', 'lines'],
        retryAfterSeconds,
      };

export const keyInUse = (
  retryAfterSeconds: number,
): Extract<CheckoutUserError, { __typename: 'IdempotencyKeyInUseError' }> => ({
  __typename: 'IdempotencyKeyInUseError',
  message: 'A request with this idempotencyKey is being worked on. Try again with the same key.',
  field: ['input', 'idempotencyKey'],
  retryAfterSeconds,
});

export const keyReused = (): Extract<CheckoutUserError, { __typename: 'IdempotencyKeyReusedError' }> => ({
  __typename: 'IdempotencyKeyReusedError',
  message: 'This idempotencyKey was used before, with other input.',
  field: ['input', 'idempotencyKey'],
});
