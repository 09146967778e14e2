import { containsCardNumber } from './card-number.ts';
import { checkIdempotencyKey } from './idempotency-key.ts';
import type { Amount } from './model.ts';
import { isPrintable } from './text.ts';
import { inputError, type InputError } from './user-error.ts';

const MAX_TOKEN_LENGTH = 255;
const MAX_URL_LENGTH = 2_000;

/** `CheckoutCompleteInput` as GraphQL delivers it. */
export interface CheckoutCompleteInput {
  readonly paymentToken: string;
  readonly returnUrl?: string | null;
  readonly expectedTotal: Amount;
  readonly idempotencyKey: string;
}

/** Everything that is wrong with the input by itself. No message repeats the token: it may be a card number. */
export function checkCompleteInput(input: CheckoutCompleteInput): readonly InputError[] {
  const errors: InputError[] = [];
  const field = ['input', 'paymentToken'];
  const keyError = checkIdempotencyKey(input.idempotencyKey);
  if (keyError !== undefined) errors.push(keyError);
  const token = input.paymentToken;
  if (token === '') {
    errors.push(inputError('REQUIRED', field, 'A payment token is required.'));
  } else if (containsCardNumber(token)) {
    errors.push(inputError('INVALID', field, 'Send the token of a payment method, never a card number.'));
  } else if (token.length > MAX_TOKEN_LENGTH || !isPrintable(token)) {
    errors.push(inputError('INVALID', field, 'This is not a payment token.'));
  }
  if (!isReturnUrl(input.returnUrl ?? null)) {
    errors.push(inputError('INVALID', ['input', 'returnUrl'], 'This is no https:// address.'));
  }
  if (input.expectedTotal.amount < 0) {
    errors.push(inputError('INVALID', ['input', 'expectedTotal', 'amount'], 'A total is not negative.'));
  }
  return errors;
}

/** A bank sends people there, so never in the clear, except to the machine itself while somebody develops. */
function isReturnUrl(text: string | null): boolean {
  if (text === null) return true;
  if (text.length > MAX_URL_LENGTH || !URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (
    protocol === 'https:' || (protocol === 'http:' && (hostname === 'localhost' || hostname === '127.0.0.1'))
  );
}
