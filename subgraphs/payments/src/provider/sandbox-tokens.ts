/**
 * Test payment methods with the names and card endings of Stripe's, and a few of our own for what Stripe's
 * test mode cannot do: lose an answer, answer late, fail at capture.
 *
 * @see https://docs.stripe.com/testing
 */
import type { CardDetails } from '../domain/model.ts';
import type { Decline } from './payment-provider.ts';

export interface SandboxMethod {
  readonly card: CardDetails;
  readonly decline?: Decline;
  readonly captureFails?: boolean;
  /** The first answer to every key is lost after the effect. */
  readonly losesAnswers?: boolean;
  /** Every answer comes this much after the effect. */
  readonly slowMs?: number;
}

const card = (brand: string, last4: string): CardDetails => ({ brand, last4, expMonth: 12, expYear: 2034 });
const decline = (code: Decline['code'], message: string, retryable: boolean): Decline => ({
  code,
  message,
  retryable,
});

const METHODS: Readonly<Record<string, SandboxMethod>> = {
  pm_card_visa: { card: card('visa', '4242') },
  pm_card_mastercard: { card: card('mastercard', '4444') },
  pm_card_amex: { card: card('amex', '0005') },
  pm_card_visa_chargeDeclined: {
    card: card('visa', '0002'),
    decline: decline('CARD_DECLINED', 'The card was declined.', false),
  },
  pm_card_visa_chargeDeclinedInsufficientFunds: {
    card: card('visa', '9995'),
    decline: decline('INSUFFICIENT_FUNDS', 'The card has insufficient funds.', true),
  },
  pm_card_chargeDeclinedExpiredCard: {
    card: card('visa', '0069'),
    decline: decline('EXPIRED_CARD', 'The card has expired.', false),
  },
  pm_card_chargeDeclinedIncorrectCvc: {
    card: card('visa', '0127'),
    decline: decline('INCORRECT_CVC', "The card's security code is incorrect.", true),
  },
  pm_card_chargeDeclinedProcessingError: {
    card: card('visa', '0119'),
    decline: decline('PROCESSING_ERROR', 'An error occurred while processing the card. Try again.', true),
  },
  pm_card_captureFails: { card: card('visa', '4996'), captureFails: true },
  pm_card_lost_answer: { card: card('visa', '4242'), losesAnswers: true },
};

const SLOW = /^pm_card_slow_(\d{1,5})$/;

/** Undefined for a token this sandbox never gave out. */
export function sandboxMethod(token: string): SandboxMethod | undefined {
  if (Object.hasOwn(METHODS, token)) return METHODS[token];
  const slowMs = SLOW.exec(token)?.[1];
  return slowMs === undefined ? undefined : { card: card('visa', '4242'), slowMs: Number(slowMs) };
}
