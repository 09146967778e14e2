import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Viewer } from '@tributary/service-kit';
import { waitFor, type GraphqlRequest } from '@tributary/testkit';
import { CANCEL, COMPLETE, CREATE, completeInput, createInput } from './testing/buyer-requests.ts';
import { createWorld, newBuyer, QUICK, type World } from './testing/harness.ts';
import { brokenInvariants } from './testing/invariants.ts';

/** Every point of a purchase at which a process may die, by how the purchase goes. */
const OPEN = ['OPEN: after the commit', ...around('RESERVE')];
const AUTHORIZED = [...around('AUTHORIZE'), ...around('COMMIT_STOCK')];

const CASES: readonly (readonly [string, string])[] = [
  ...[...OPEN, 'BEGIN: after the commit', ...AUTHORIZED, ...around('CAPTURE')].map(pointOf('pm_card_visa')),
  ...[...around('CAPTURE'), ...around('RESTOCK'), ...around('VOID')].map(pointOf('pm_card_captureFails')),
  ...around('AUTHORIZE').map(pointOf('pm_card_visa_chargeDeclined')),
  ...[...around('AUTHORIZE'), ...around('CAPTURE')].map(pointOf('pm_card_lost_answer')),
];

// Each point waits for leases and locks to run out.
jest.setTimeout(15_000);

let world: World;

beforeAll(async () => {
  world = await createWorld();
  world.products.stock.add({ id: 'shoe' });
});

afterAll(() => world.close());

describe('a process that dies', () => {
  it.each(CASES)(
    'paying with %s, at "%s", leaves work that another one finishes',
    async (paymentToken, point) => {
      const buyer = newBuyer();
      const input = createInput({ shoe: 1 });
      const payment = completeInput(1_000, { paymentToken });
      const death = dieAt(point);
      const doomed = await world.start({
        timing: { ...QUICK, inlineBudgetMs: 1_000 },
        onCheckpoint: death.onCheckpoint,
      });
      await attempt(doomed.request, buyer, input, payment);
      await waitFor(death.happened);
      await doomed.stop();

      const heir = await world.start({ timing: QUICK });
      const answer = await waitFor(async () => {
        const after = await attempt(heir.request, buyer, input, payment);
        return after.settled ? after.answer : undefined;
      });
      expect(answer).toMatchObject(EXPECTED[paymentToken] ?? EXPECTED['pm_card_visa'] ?? {});
      await waitFor(async () => Object.keys(await brokenInvariants(world, 'at rest')).length === 0);
      await heir.stop();
    },
  );

  it.each(['CANCEL: after the commit', ...around('RELEASE_STOCK')])(
    'canceling, at "%s", leaves stock that another one gives back',
    async (point) => {
      const buyer = newBuyer();
      const death = dieAt(point);
      const doomed = await world.start({ timing: QUICK, onCheckpoint: death.onCheckpoint });
      const { data } = await doomed.request(CREATE, { input: createInput({ shoe: 1 }) }, buyer);
      const { id } = data.checkoutCreate.checkout;
      // It dies in this request, or in its worker, whichever gets there first.
      await doomed.request(CANCEL, { id }, buyer);
      await waitFor(death.happened);
      await doomed.stop();
      const heir = await world.start({ timing: QUICK });
      await waitFor(() => world.products.stock.reservations.get(id)?.status === 'RELEASED');
      await waitFor(async () => Object.keys(await brokenInvariants(world, 'at rest')).length === 0);
      await heir.stop();
    },
  );
});

const EXPECTED: Readonly<Record<string, object>> = {
  pm_card_visa: { checkout: { status: 'COMPLETED' }, order: { total: { amount: 1_000 } }, userErrors: [] },
  pm_card_captureFails: { checkout: { status: 'FAILED', failure: { code: 'CAPTURE_FAILED' } }, order: null },
  pm_card_visa_chargeDeclined: {
    checkout: { status: 'OPEN' },
    userErrors: [{ __typename: 'PaymentDeclinedError' }],
  },
};

function around(step: string): readonly string[] {
  return [`${step}: before the call`, `${step}: after the call`, `${step}: after the commit`];
}

function pointOf(token: string): (point: string) => readonly [string, string] {
  return (point) => [token, point];
}

/** From that point on nothing happens any more, as in a process that was killed. */
function dieAt(point: string): { onCheckpoint: (name: string) => void; happened: () => boolean } {
  let dead = false;
  return {
    onCheckpoint: (name) => {
      dead ||= name === point;
      if (dead) throw new Error('the process is dead');
    },
    happened: () => dead,
  };
}

/** One buyer's whole purchase, with the same keys every time. */
async function attempt(request: GraphqlRequest, buyer: Viewer, input: object, payment: object) {
  const created = await request(CREATE, { input }, buyer);
  if (created.errors !== undefined) return { settled: false };
  const { checkout } = created.data.checkoutCreate;
  if (checkout === null) return { settled: false };
  const completed = await request(COMPLETE, { id: checkout.id, input: payment }, buyer);
  if (completed.errors !== undefined) return { settled: false };
  const answer = completed.data.checkoutComplete;
  const waiting = answer.userErrors.some(
    ({ __typename }: { __typename: string }) => __typename === 'IdempotencyKeyInUseError',
  );
  return { settled: !waiting && answer.checkout?.status !== 'PAYING', answer };
}
