import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { typedId } from '@tributary/subgraph-kit';
import { createWorld, type World } from '../testing/harness.ts';
import { ProviderRejectedError, ProviderUnavailableError, type PaymentProvider } from './payment-provider.ts';
import { createSandboxProvider } from './sandbox-provider.ts';

let world: World;
let provider: PaymentProvider;

beforeAll(async () => {
  world = await createWorld();
  provider = createSandboxProvider(world.pool);
});

afterAll(() => world.close());

const payId = typedId('pay');
const amount = { amount: 1_000, currency: 'EUR' };
const call = (idempotencyKey: string, signal = new AbortController().signal) => ({ idempotencyKey, signal });

/** One payment and its keys. */
function newPayment(token = 'pm_card_visa') {
  const paymentId = payId.generate();
  return {
    paymentId,
    authorize: (key = 'A', with_ = token, signal?: AbortSignal) =>
      provider.authorize({ paymentId, amount, token: with_ }, call(`${paymentId}:${key}`, signal)),
    capture: (key = 'C', cents = 1_000) =>
      provider.capture({ paymentId, amount: { ...amount, amount: cents } }, call(`${paymentId}:${key}`)),
    cancel: (key = 'V') => provider.cancel({ paymentId }, call(`${paymentId}:${key}`)),
    status: async () => (await provider.retrieve({ paymentId }, new AbortController().signal))?.status,
    charges: async () => {
      const { rows } = await world.pool.query<{ count: number }>(
        'SELECT count(*) FROM sandbox.charges JOIN sandbox.intents USING (reference) WHERE payment_id = $1',
        [paymentId],
      );
      return rows[0]?.count;
    },
  };
}

describe('the sandbox provider', () => {
  it('authorizes and captures', async () => {
    const payment = newPayment();
    expect(await payment.authorize()).toMatchObject({ kind: 'authorized', card: { last4: '4242' } });
    expect(await payment.status()).toBe('requires_capture');
    expect(await payment.capture()).toEqual({ kind: 'captured' });
    expect(await payment.status()).toBe('succeeded');
  });

  it('charges once, however often and with whatever key it is asked', async () => {
    const payment = newPayment();
    const first = await payment.authorize('A1');
    expect(await payment.authorize('A1')).toEqual(first);
    expect(await payment.authorize('A2')).toEqual(first);
    await Promise.all(['C1', 'C1', 'C1', 'C2', 'C3'].map((key) => payment.capture(key)));
    expect(await payment.charges()).toBe(1);
  });

  it('declines, remembers it, and takes another card for the same payment', async () => {
    const payment = newPayment('pm_card_visa_chargeDeclined');
    const declined = await payment.authorize('A1');
    expect(declined).toMatchObject({
      kind: 'declined',
      failure: { code: 'CARD_DECLINED', retryable: false },
    });
    expect(await payment.authorize('A1')).toEqual(declined);
    expect(await payment.authorize('A2', 'pm_card_amex')).toMatchObject({
      kind: 'authorized',
      card: { last4: '0005' },
    });
  });

  it('loses the first answer to each key, after the effect', async () => {
    const payment = newPayment('pm_card_lost_answer');
    await expect(payment.authorize()).rejects.toThrow(ProviderUnavailableError);
    expect(await payment.status()).toBe('requires_capture');
    expect(await payment.authorize()).toMatchObject({ kind: 'authorized' });
    await expect(payment.capture()).rejects.toThrow(ProviderUnavailableError);
    expect(await payment.capture()).toEqual({ kind: 'captured' });
    expect(await payment.charges()).toBe(1);
  });

  it('is slow only in answering: a caller that gave up finds the effect', async () => {
    const payment = newPayment('pm_card_slow_99999');
    const aborted = AbortSignal.timeout(30);
    await expect(payment.authorize('A', undefined, aborted)).rejects.toThrow(ProviderUnavailableError);
    expect(await payment.status()).toBe('requires_capture');
  });

  it('fails a capture for good and lets the authorization be canceled', async () => {
    const payment = newPayment('pm_card_captureFails');
    await payment.authorize();
    expect(await payment.capture()).toMatchObject({ kind: 'failed' });
    await payment.cancel();
    await payment.cancel();
    expect(await payment.status()).toBe('canceled');
  });

  it('does not know every token', async () => {
    for (const token of ['', 'pm_nope', 'toString', 'pm_card_slow_', 'pm_card_slow_1000000']) {
      expect(await newPayment(token).authorize()).toEqual({ kind: 'unknown_method' });
    }
  });

  it('refuses what can only be a mistake', async () => {
    const payment = newPayment();
    await expect(payment.capture()).rejects.toThrow(ProviderRejectedError);
    await payment.authorize();
    await expect(payment.authorize('A', 'pm_card_amex')).rejects.toThrow(ProviderRejectedError);
    await expect(payment.capture('C0', 1_001)).rejects.toThrow(ProviderRejectedError);
    await payment.capture();
    await expect(payment.cancel()).rejects.toThrow(ProviderRejectedError);
  });

  it('knows nothing of a payment it never saw', async () => {
    expect(await newPayment().status()).toBeUndefined();
  });
});
