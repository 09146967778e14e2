import { containsCardNumber } from './card-number.ts';
import { checkIdempotencyKey } from './idempotency-key.ts';
import type { Amount } from './model.ts';
import { isPrintable } from './text.ts';
import { inputError, type InputError } from './user-error.ts';

const MAX_TOKEN_LENGTH = 255;

/** `CheckoutCompleteInput` as GraphQL delivers it. */
export interface CheckoutCompleteInput {
  readonly paymentToken?: string | null;
  readonly paymentMethodId?: string | null;
  readonly savePaymentMethod?: boolean;
  readonly offSession?: boolean;
  readonly returnUrl?: URL | null;
  readonly expectedTotal: Amount;
  readonly idempotencyKey: string;
}

/** Everything that is wrong with the input by itself. No message repeats the token: it may be a card number. */
export function checkCompleteInput(input: CheckoutCompleteInput): readonly InputError[] {
  const errors: InputError[] = [];
  const keyError = checkIdempotencyKey(input.idempotencyKey);
  if (keyError !== undefined) errors.push(keyError);
  const { paymentToken: token = null, paymentMethodId = null } = input;
  if (token !== null && paymentMethodId !== null) {
    const message = 'Pay with a paymentToken or with a paymentMethodId, not with both.';
    errors.push(inputError('INVALID', ['input', 'paymentMethodId'], message));
  } else if (paymentMethodId === null) {
    checkToken(token ?? '', errors);
  }
  if (input.savePaymentMethod === true && token === null) {
    const message = 'What is kept is what a paymentToken stands for.';
    errors.push(inputError('INVALID', ['input', 'savePaymentMethod'], message));
  }
  if (input.offSession === true && paymentMethodId === null) {
    const message = 'Without its buyer only a method is charged that they keep: give its paymentMethodId.';
    errors.push(inputError('INVALID', ['input', 'offSession'], message));
  }
  if (!isReturnUrl(input.returnUrl ?? null)) {
    errors.push(inputError('INVALID', ['input', 'returnUrl'], 'This is no https:// address.'));
  }
  if (input.expectedTotal.amount < 0) {
    errors.push(inputError('INVALID', ['input', 'expectedTotal', 'amount'], 'A total is not negative.'));
  }
  return errors;
}

export function checkToken(token: string, errors: InputError[]): void {
  const field = ['input', 'paymentToken'];
  if (token === '') {
    errors.push(inputError('REQUIRED', field, 'A payment token is required.'));
  } else if (containsCardNumber(token)) {
    errors.push(inputError('INVALID', field, 'Send the token of a payment method, never a card number.'));
  } else if (token.length > MAX_TOKEN_LENGTH || !isPrintable(token)) {
    errors.push(inputError('INVALID', field, 'This is not a payment token.'));
  }
}

/** A bank sends people there, so never in the clear, except to the machine itself while somebody develops. */
export const isReturnUrl = (url: URL | null): boolean =>
  url === null ||
  url.protocol === 'https:' ||
  (url.protocol === 'http:' && (url.hostname === 'localhost' || url.hostname === '127.0.0.1'));
