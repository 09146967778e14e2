import type { PaymentFailureCode } from '../domain/model.ts';
import type { Decline } from './payment-provider.ts';

const decline = (code: PaymentFailureCode, message: string, retryable: boolean): Decline => ({
  code,
  message,
  retryable,
});

const CARD_DECLINED = decline('CARD_DECLINED', 'The card was declined.', false);

const AUTHENTICATION_FAILED = decline(
  'AUTHENTICATION_FAILED',
  'The bank could not confirm that it was you. Try again.',
  true,
);

/** By decline code, where there is one, else by error code. What is not here is a plain decline. */
const DECLINES: Readonly<Record<string, Decline>> = {
  insufficient_funds: decline('INSUFFICIENT_FUNDS', 'The card has insufficient funds.', true),
  expired_card: decline('EXPIRED_CARD', 'The card has expired.', false),
  incorrect_cvc: decline('INCORRECT_CVC', "The card's security code is incorrect.", true),
  processing_error: decline(
    'PROCESSING_ERROR',
    'An error occurred while processing the card. Try again.',
    true,
  ),
  // The buyer is told no more than that: whoever tries stolen cards learns nothing.
  fraudulent: CARD_DECLINED,
  lost_card: CARD_DECLINED,
  stolen_card: CARD_DECLINED,
  payment_intent_authentication_failure: AUTHENTICATION_FAILED,
  setup_intent_authentication_failure: AUTHENTICATION_FAILED,
  authentication_required: decline(
    'AUTHENTICATION_REQUIRED',
    'The bank wants to see you first. Pay again while you are there.',
    true,
  ),
};

/**
 * What a card's refusal means to its owner.
 *
 * @see https://docs.stripe.com/declines/codes
 */
export function toDecline(error: {
  readonly code?: string | undefined;
  readonly decline_code?: string | undefined;
}): Decline {
  return DECLINES[error.decline_code ?? ''] ?? DECLINES[error.code ?? ''] ?? CARD_DECLINED;
}
