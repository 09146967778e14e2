import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import { ProviderRejectedError, type PaymentProvider } from '../provider/payment-provider.ts';
import { complete, completeInput, create, createInput } from '../testing/buyer-requests.ts';
import { createWorld, newBuyer, QUICK, type RunningPayments, type World } from '../testing/harness.ts';
import { brokenInvariants } from '../testing/invariants.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld();
  world.products.stock.add({ id: 'shoe' });
});

afterAll(() => world.close());

async function pay(service: RunningPayments, paymentToken: string) {
  const buyer = newBuyer();
  const { checkout } = await create(service.request, buyer, createInput({ shoe: 1 }));
  const input = completeInput(1_000, { paymentToken });
  return {
    again: () => complete(service.request, buyer, checkout.id, input),
    first: await complete(service.request, buyer, checkout.id, input),
  };
}

describe('an answer that is not known', () => {
  it('is never taken for a new charge when the provider has forgotten the key', async () => {
    let authorizations = 0;
    const forgetful = (sandbox: PaymentProvider): PaymentProvider => ({
      ...sandbox,
      keyLifetimeMs: -1,
      authorize: (request, options) => {
        authorizations += 1;
        return sandbox.authorize(request, options);
      },
    });
    const service = await world.start({ timing: { ...QUICK, leaseMs: 60_000 }, provider: forgetful });
    const { first } = await pay(service, 'pm_card_lost_answer');
    expect(first).toMatchObject({ checkout: { status: 'COMPLETED' } });
    expect(authorizations).toBe(1);
    await service.stop();
  });

  it('is not written down by a worker whose turn somebody else has had', async () => {
    // The lease ends long before the answer comes: several workers are at the same step at once.
    const timing = { ...QUICK, leaseMs: 50, inlineBudgetMs: 100 };
    const services = await Promise.all([world.start({ timing }), world.start({ timing })]);
    const [one] = services;
    const { again } = await pay(one, 'pm_card_slow_700');
    expect(await waitFor(async () => (await again()).order)).not.toBeNull();
    await Promise.all(services.map((service) => service.stop()));
    expect(await brokenInvariants(world, 'at rest')).toEqual({});
  });

  it('stays PROCESSING while the provider refuses a request that should be right', async () => {
    const broken = (sandbox: PaymentProvider): PaymentProvider => ({
      ...sandbox,
      authorize: () => Promise.reject(new ProviderRejectedError('no such account')),
    });
    const service = await world.start({ timing: { ...QUICK, inlineBudgetMs: 100 }, provider: broken });
    const { first } = await pay(service, 'pm_card_visa');
    expect(first).toMatchObject({ payment: { status: 'PROCESSING' }, order: null, userErrors: [] });
    await service.stop();
    // Half a minute later it would be tried again; a person has mended it sooner.
    await world.pool.query(`UPDATE checkouts SET next_attempt_at = now() WHERE status = 'PAYING'`);
    const mended = await world.start({ timing: QUICK });
    await waitFor(async () => Object.keys(await brokenInvariants(world, 'at rest')).length === 0);
    await mended.stop();
  });
});
