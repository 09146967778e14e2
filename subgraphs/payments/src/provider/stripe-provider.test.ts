import { describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { ProviderRejectedError, WebhookRefusedError } from './payment-provider.ts';
import { fromStripeAmount, toStripeAmount } from './stripe-amounts.ts';
import { createStripeProvider } from './stripe-provider.ts';

describe('Stripe', () => {
  const stripe = (webhookSecrets: readonly string[]) =>
    createStripeProvider({ apiKey: 'sk_test_0123456789', webhookSecrets, timeoutMs: 10_000 });
  const body = JSON.stringify({
    id: 'evt_1',
    object: 'event',
    type: 'refund.updated',
    data: { object: { object: 'refund', id: 're_1', payment_intent: 'pi_1' } },
  });
  const signed = (secret: string, at = Date.now()) => {
    const seconds = Math.floor(at / 1_000);
    const v1 = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
    return { 'stripe-signature': `t=${seconds},v1=${v1}` };
  };

  it('has its events verified by its own library, with the old secret and the new', () => {
    const provider = stripe(['whsec_new', 'whsec_old']);
    const event = { id: 'evt_1', type: 'refund.updated', reference: 'pi_1' };
    expect(provider.readWebhook(body, signed('whsec_old'), new Date())).toEqual(event);
    expect(provider.readWebhook(body, signed('whsec_new'), new Date())).toEqual(event);
    for (const [text, headers] of [
      [body, signed('whsec_guessed')],
      [body, signed('whsec_old', Date.now() - 301_000)],
      [`${body} `, signed('whsec_old')],
      [body, {}],
    ] as const) {
      expect(() => provider.readWebhook(text, headers, new Date())).toThrow(WebhookRefusedError);
    }
  });

  it.each([
    [1_050, 'jpy', 1_050],
    [1_050, 'kwd', 1_050],
    [1_050, 'isk', 105_000],
    [105_000, 'mga', 1_050],
    [105_000, 'huf', 105_000],
    [1_050, 'eur', 1_050],
  ])('counts %i %s as %i', (amountOfIso, currency, counted) => {
    expect(toStripeAmount(amountOfIso, currency)).toBe(counted);
    expect(fromStripeAmount(counted, currency)).toBe(amountOfIso);
  });

  it.each([
    [1_055, 'kwd'],
    [100_000_000, 'eur'],
    [1_000_000, 'isk'],
    [1_050, 'mga'],
  ])('refuses %i %s, which it cannot move', (amountOfIso, currency) => {
    expect(() => toStripeAmount(amountOfIso, currency)).toThrow(ProviderRejectedError);
    const money = { amount: amountOfIso, currency: currency.toUpperCase() };
    expect(stripe([]).whyNotMovable(money)).toEqual(expect.any(String));
    expect(stripe([]).whyNotMovable({ ...money, amount: 1_000 })).toBeUndefined();
  });
});
