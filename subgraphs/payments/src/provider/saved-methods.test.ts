import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { typedId } from '@tributary/subgraph-kit';
import { API_KEY, startSandboxProcess, type SandboxProcess } from '../testing/sandbox-process.ts';
import { ProviderRejectedError, type PaymentProvider } from './payment-provider.ts';
import { createSandboxProvider } from './sandbox-provider.ts';
import { createStripeProvider } from './stripe-provider.ts';

let sandbox: SandboxProcess;

beforeAll(async () => {
  sandbox = await startSandboxProcess();
});

afterAll(() => sandbox.stop());

const payId = typedId('pay');
const ONCE = { customer: null, keepsMethod: false, offSession: false };
const amount = { amount: 1_000, currency: 'EUR' };
const call = (idempotencyKey: string) => ({ idempotencyKey, signal: AbortSignal.timeout(60_000) });

describe.each([
  [
    'sandbox',
    (apiKey: string): PaymentProvider =>
      createSandboxProvider({ url: sandbox.url, apiKey, webhookSecrets: [] }),
  ],
  [
    'stripe',
    (apiKey: string): PaymentProvider =>
      createStripeProvider({ url: sandbox.url, apiKey, webhookSecrets: [], timeoutMs: 10_000 }),
  ],
])('the %s provider', (_name, providerWith) => {
  let provider: PaymentProvider;
  beforeAll(() => {
    provider = providerWith(API_KEY);
  });

  it('keeps methods for a customer, who is charged with them, there or not, until all is forgotten', async () => {
    const id = payId.generate();
    const customer = await provider.createCustomer(id, call(id));
    expect(await provider.createCustomer(id, call(id))).toBe(customer);
    const save = (key: string, token: string) =>
      provider.saveMethod(
        { methodId: `${id}:${key}`, customer, token, returnUrl: 'https://shop.example/' },
        call(`${id}:${key}`),
      );
    const pay = async (token: string, how: object, reference: string | null = null) => {
      const paymentId = payId.generate();
      const request = { paymentId, reference, amount, token, returnUrl: null, ...ONCE, ...how };
      return provider.authorize(request, call(paymentId));
    };
    const saved = await save('1', 'pm_card_visa');
    if (saved.kind !== 'saved') throw new Error(saved.kind);
    expect(saved.card).toMatchObject({ last4: '4242', issuerCountry: 'US', threeDSecure: false });
    expect(await save('1', 'pm_card_visa')).toEqual(saved);
    expect(await pay(saved.method, { customer, offSession: true })).toMatchObject({
      kind: 'authorized',
      method: saved.method,
    });
    expect(await pay(saved.method, {})).toEqual({ kind: 'unknown_method' });
    expect(await save('2', 'pm_nope')).toEqual({ kind: 'unknown_method' });
    expect(await save('3', 'pm_card_visa_chargeDeclined')).toMatchObject({ kind: 'declined' });

    const asked = await save('4', 'pm_card_authenticationRequired');
    if (asked.kind !== 'action_required') throw new Error(asked.kind);
    const signal = AbortSignal.timeout(60_000);
    expect(await provider.retrieveSetup(asked.reference, signal)).toEqual(asked);
    if (!('url' in asked.action)) throw new Error('there is no page to go to');
    await sandbox.authenticate(asked.action.url, 'complete');
    const agreed = await provider.retrieveSetup(asked.reference, signal);
    if (agreed.kind !== 'saved') throw new Error(agreed.kind);
    expect(await pay(agreed.method, { customer, offSession: true })).toMatchObject({
      failure: { code: 'AUTHENTICATION_REQUIRED' },
    });

    // A first try without a customer, then one that is kept.
    const declined = await pay('pm_card_visa_chargeDeclined', {});
    if (declined.kind !== 'declined') throw new Error(declined.kind);
    const kept = await pay('pm_card_amex', { customer, keepsMethod: true }, declined.reference);
    expect(kept).toMatchObject({ kind: 'authorized', card: { last4: '0005' } });
    expect(kept.kind === 'authorized' && kept.method).not.toBe('pm_card_amex');

    const listed = async (): Promise<string[]> => {
      const methods: string[] = [];
      for await (const method of provider.listMethods(customer, signal)) methods.push(method);
      return methods;
    };
    const method = kept.kind === 'authorized' ? kept.method : null;
    expect((await listed()).sort()).toEqual([saved.method, agreed.method, method].sort());
    await provider.forgetMethod(saved.method, call(`${id}:D1`));
    expect((await listed()).sort()).toEqual([agreed.method, method].sort());
    await provider.forgetMethod(saved.method, call(`${id}:D2`));
    expect(await pay(saved.method, { customer })).toEqual({ kind: 'unknown_method' });
    await expect(providerWith('sk_guessed').forgetMethod(agreed.method, call(`${id}:D3`))).rejects.toThrow(
      ProviderRejectedError,
    );
    await provider.deleteCustomer(customer, call(`${id}:D4`));
    await provider.deleteCustomer(customer, call(`${id}:D5`));
    expect(await listed()).toEqual([]);
    await provider.forgetMethod(agreed.method, call(`${id}:D6`));
    expect(await pay(agreed.method, { customer })).toEqual({ kind: 'unknown_method' });
  });

  it('keeps no card of a payment whose card before, that was to be kept, was declined', async () => {
    const paymentId = payId.generate();
    const customer = await provider.createCustomer(paymentId, call(paymentId));
    const pay = (token: string, reference: string | null, how: object) =>
      provider.authorize(
        { paymentId, reference, amount, token, returnUrl: null, ...ONCE, ...how },
        call(`${paymentId}:${token}`),
      );
    const declined = await pay('pm_card_visa_chargeDeclined', null, { customer, keepsMethod: true });
    if (declined.kind !== 'declined') throw new Error(declined.kind);
    const paid = await pay('pm_card_amex', declined.reference, {});

    expect(paid).toMatchObject({ kind: 'authorized', method: 'pm_card_amex' });
    for await (const method of provider.listMethods(customer, AbortSignal.timeout(60_000)))
      throw new Error(`${method} is kept`);
  });
});
