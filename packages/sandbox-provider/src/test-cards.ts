/**
 * Test payment methods with the names and card endings of Stripe's, and a few of our own for what Stripe's
 * test mode cannot do: lose an answer, answer late, fail at capture, let an authorization run out at once, come from
 * no bank that is known.
 *
 * @see https://docs.stripe.com/testing
 */
import type { CardError, CardObject } from './objects.ts';

export interface TestCard {
  readonly card: CardObject;
  readonly decline?: CardError;
  /** Payments are declined, but it can be saved. */
  readonly canBeSaved?: boolean;
  /** The buyer has to do something at a page first: each time, or once, when it is set up. */
  readonly requiresAction?: 'always' | 'once';
  readonly captureFails?: boolean;
  readonly authorizationExpires?: boolean;
  /** What it is disputed for as soon as it is captured; an inquiry only asks. */
  readonly disputed?: 'fraudulent' | 'product_not_received' | 'inquiry';
  readonly refund?: 'pending' | 'fails';
  /** The first answer to every key is lost after the effect. */
  readonly losesAnswers?: boolean;
  /** The first request with every key is answered 500, without an effect. */
  readonly failsOnce?: boolean;
  /** Every answer comes this much after the effect. */
  readonly slowMs?: number;
}

const card = (brand: string, last4: string, country: string | null = 'US'): CardObject => ({
  brand,
  last4,
  exp_month: 12,
  exp_year: 2034,
  country,
});
const visa = (last4: string): CardObject => card('visa', last4);
const declined = (last4: string, code: string, message: string, declineCode?: string): TestCard => ({
  card: visa(last4),
  decline: {
    type: 'card_error',
    code,
    ...(declineCode === undefined ? {} : { decline_code: declineCode }),
    message,
  },
});
const DECLINED = 'Your card was declined.';

const CARDS: Readonly<Record<string, TestCard>> = {
  pm_card_visa: { card: visa('4242') },
  pm_card_mastercard: { card: card('mastercard', '4444') },
  pm_card_amex: { card: card('amex', '0005') },
  pm_card_de: { card: card('visa', '0016', 'DE') },
  pm_card_unknownIssuer: { card: card('visa', '4242', null) },
  pm_card_visa_chargeDeclined: declined('0002', 'card_declined', DECLINED, 'generic_decline'),
  pm_card_visa_chargeDeclinedInsufficientFunds: declined(
    '9995',
    'card_declined',
    'Your card has insufficient funds.',
    'insufficient_funds',
  ),
  pm_card_visa_chargeDeclinedLostCard: declined('9987', 'card_declined', DECLINED, 'lost_card'),
  pm_card_visa_chargeDeclinedStolenCard: declined('9979', 'card_declined', DECLINED, 'stolen_card'),
  pm_card_chargeDeclinedExpiredCard: declined('0069', 'expired_card', 'Your card has expired.'),
  pm_card_chargeDeclinedIncorrectCvc: declined(
    '0127',
    'incorrect_cvc',
    "Your card's security code is incorrect.",
  ),
  pm_card_chargeDeclinedProcessingError: declined(
    '0119',
    'processing_error',
    'An error occurred while processing your card. Try again in a little bit.',
  ),
  pm_card_radarBlock: declined('0019', 'card_declined', DECLINED, 'fraudulent'),
  pm_card_authenticationRequired: { card: visa('3184'), requiresAction: 'always' },
  pm_card_authenticationRequiredOnSetup: { card: visa('3155'), requiresAction: 'once' },
  pm_card_chargeCustomerFail: {
    ...declined('0341', 'card_declined', DECLINED, 'generic_decline'),
    canBeSaved: true,
  },
  pm_card_createDispute: { card: visa('0259'), disputed: 'fraudulent' },
  pm_card_createDisputeProductNotReceived: { card: visa('2685'), disputed: 'product_not_received' },
  pm_card_createDisputeInquiry: { card: visa('1976'), disputed: 'inquiry' },
  pm_card_pendingRefund: { card: visa('7726'), refund: 'pending' },
  pm_card_refundFail: { card: visa('5126'), refund: 'fails' },
  pm_card_captureFails: { card: visa('4996'), captureFails: true },
  pm_card_authExpires: { card: visa('4242'), authorizationExpires: true },
  pm_card_lost_answer: { card: visa('4242'), losesAnswers: true },
  pm_card_500_once: { card: visa('4242'), failsOnce: true },
};

const SLOW = /^pm_card_slow_(\d{1,5})$/;

/** Undefined for a token this provider never gave out. */
export function testCard(token: string): TestCard | undefined {
  if (Object.hasOwn(CARDS, token)) return CARDS[token];
  const slowMs = SLOW.exec(token)?.[1];
  return slowMs === undefined ? undefined : { card: visa('4242'), slowMs: Number(slowMs) };
}
