import type pg from 'pg';
import { paymentId as typedPaymentId } from '../../domain/ids.ts';
import { stateError } from '../../domain/user-error.ts';
import type { ProviderOperation, SagaState, SagaStore } from '../saga-store.ts';
import { giveBack } from './give-back.ts';
import { insertOrder } from './insert-order.ts';
import type { Leases } from './leases.ts';
import { saleAccounts } from './allot.ts';
import { createSharedAccounts } from './ledger-accounts.ts';
import { authorizationAccounts, postAuthorization, postCapture, postVoid } from './ledger.ts';
import { keepMethod } from './keep-method.ts';
import { loadSagas } from './load-saga.ts';
import { appendEvent } from './payment-events.ts';
import { markRestocked } from './settle-refund.ts';
import { finishIntent, intend } from './provider-requests.ts';
import { writeOutcome, type Transition } from './write-outcome.ts';

const CLAIMABLE = `step NOT IN ('RESERVE', 'AWAIT_BUYER', 'DONE') AND next_attempt_at <= now()
  AND (lease_until IS NULL OR lease_until < now())`;

export function createPostgresSagaStore(pool: pg.Pool, leases: Leases): SagaStore {
  const write = writeOutcome.bind(undefined, pool, leases);
  const accounts = createSharedAccounts(pool);
  const forgetAccounts = (error: unknown): never => {
    accounts.forget();
    throw error;
  };
  return {
    claim: async (checkoutId) => (await claim(pool, leases, `id = $3 AND ${CLAIMABLE}`, checkoutId))[0],
    claimDue: (limit) =>
      claim(
        pool,
        leases,
        `id IN (SELECT id FROM checkouts WHERE ${CLAIMABLE} ORDER BY next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED)`,
        limit,
      ),
    postpone: async (saga, delayMs) => {
      await pool.query(
        `UPDATE checkouts SET attempts = attempts + 1, next_attempt_at = now() + $3 * interval '1 millisecond',
           lease_owner = NULL, lease_until = NULL
         WHERE id = $1 AND version = $2`,
        [saga.checkoutId, saga.version, delayMs],
      );
    },
    hurry: async (checkoutId) => {
      await pool.query(
        `UPDATE checkouts SET next_attempt_at = now()
         WHERE id = $1 AND step = 'AWAIT_ACTION' AND next_attempt_at > now() AND (lease_until IS NULL OR lease_until < now())`,
        [checkoutId],
      );
    },
    waitingFor: async (provider, reference) => {
      const { rows } = await pool.query<{ id: string }>(
        `SELECT c.id FROM checkouts c JOIN payments p ON p.checkout_id = c.id
         WHERE p.provider = $1 AND p.provider_reference = $2 AND c.step = 'AWAIT_ACTION'`,
        [provider, reference],
      );
      return rows.map(({ id }) => id);
    },
    actionRequired: (saga, { reference, action }) =>
      write(saga, { step: 'AWAIT_ACTION', errors: [], waitMs: leases.actionPollMs }, (client) => {
        const { id, amount } = paymentOf(saga);
        return Promise.all([
          client.query(
            `UPDATE payments SET status = 'REQUIRES_ACTION', provider_reference = $2, next_action = $3, failure = NULL
             WHERE id = $1`,
            [id, reference, JSON.stringify(action)],
          ),
          finishIntent(client, saga, 'SUCCEEDED', { reference }),
          appendEvent(client, id, 'ACTION_REQUIRED', amount),
        ]);
      }),
    stillWaiting: (saga) => write(saga, { step: 'AWAIT_ACTION', waitMs: leases.actionPollMs }),
    actionEnded: (saga, failure) =>
      write(saga, { step: 'VOID', failure }, (client) => intendNext(client, saga, 'CANCEL')),
    authorized: async (saga, { reference, card, method }) => {
      const { id, amount, methodUse, provider, buyerId } = paymentOf(saga);
      await accounts.open(authorizationAccounts(provider), amount.currency);
      return write(saga, { step: 'COMMIT_STOCK' }, (client) => {
        const keeps = methodUse === 'KEEP' && method !== null && buyerId !== null;
        return Promise.all([
          client.query(
            `UPDATE payments SET status = 'REQUIRES_CAPTURE', provider_reference = $2, card = $3, failure = NULL,
               next_action = NULL
             WHERE id = $1`,
            [id, reference, JSON.stringify(card)],
          ),
          finishIntent(client, saga, 'SUCCEEDED', { reference }),
          appendEvent(client, id, 'AUTHORIZED', amount),
          postAuthorization(client, { paymentId: id, provider, ...amount }),
          keeps && keepMethod(client, { buyerId, provider, reference: method, card }),
        ]);
      }).catch(forgetAccounts);
    },
    declined: (saga, outcome) =>
      write(saga, { step: 'AWAIT_BUYER', status: 'OPEN', errors: [outcome.error] }, (client) => {
        const { id, amount } = paymentOf(saga);
        const { reference, card, failure, message } = outcome;
        return Promise.all([
          client.query(
            `UPDATE payments SET status = 'REQUIRES_PAYMENT_METHOD',
               provider_reference = coalesce($2, provider_reference), card = coalesce($3, card), failure = $4,
               next_action = NULL
             WHERE id = $1`,
            [id, reference, card && JSON.stringify(card), failure && JSON.stringify(failure)],
          ),
          finishIntent(client, saga, 'FAILED', { message }),
          appendEvent(client, id, 'DECLINED', { amount: amount.amount, message }),
        ]);
      }),
    stockCommitted: (saga) =>
      paymentOf(saga).captureMethod === 'MANUAL'
        ? write(saga, { step: 'DONE', status: 'COMPLETED', errors: [] }, (client) =>
            insertOrder(client, saga.checkoutId),
          )
        : write(saga, { step: 'CAPTURE' }, (client) => intendNext(client, saga, 'CAPTURE')),
    stockRefused: (saga, failure) =>
      write(saga, { step: 'VOID', failure }, (client) => intendNext(client, saga, 'CANCEL')),
    captured: async (saga) => {
      const { id, amount } = paymentOf(saga);
      const posting = { currency: amount.currency, whole: saga.sale };
      await accounts.open(saleAccounts(posting), amount.currency);
      return write(saga, { step: 'DONE', status: 'COMPLETED', errors: [] }, (client) => {
        return Promise.all([
          client.query(`UPDATE payments SET status = 'SUCCEEDED' WHERE id = $1`, [id]),
          finishIntent(client, saga, 'SUCCEEDED', {}),
          appendEvent(client, id, 'CAPTURED', amount),
          insertOrder(client, saga.checkoutId),
          postCapture(client, id, posting),
        ]);
      }).catch(forgetAccounts);
    },
    captureFailed: (saga, failure) =>
      write(saga, { step: 'RESTOCK', failure }, (client) =>
        finishIntent(client, saga, 'FAILED', { message: failure.message }),
      ),
    restocked: (saga, outcome) =>
      // The order was canceled or refunded: its money is settled already.
      saga.status === 'COMPLETED'
        ? write(saga, { step: 'DONE' }, (client) =>
            Promise.all([outcome === 'restocked' && markRestocked(client, saga.checkoutId)]),
          )
        : write(saga, { step: 'VOID' }, (client) => intendNext(client, saga, 'CANCEL')),
    voided: (saga) => {
      const { id, amount, isAuthorized } = paymentOf(saga);
      return write(saga, endOf(saga), (client) =>
        Promise.all([
          client.query(`UPDATE payments SET status = 'CANCELED', next_action = NULL WHERE id = $1`, [id]),
          finishIntent(client, saga, 'SUCCEEDED', {}),
          appendEvent(client, id, 'CANCELED', amount),
          isAuthorized && postVoid(client, id),
        ]),
      );
    },
    capturedInstead: async (saga, intent) => {
      const payment = paymentOf(saga);
      await accounts.open(authorizationAccounts(payment.provider), payment.amount.currency);
      // What comes next is loaded by the turn that takes it, when all of this is written.
      return write(saga, { ...endOf(saga), waitMs: 0, isStepwise: true }, async (client) => {
        await finishIntent(client, saga, 'FAILED', { message: 'It was captured before.' });
        await giveBack(client, payment, saga.sale, intent);
      }).catch(forgetAccounts);
    },
    released: (saga) => write(saga, { step: 'DONE' }),
  };
}

async function claim(
  pool: pg.Pool,
  { owner, leaseMs }: Leases,
  condition: string,
  parameter: string | number,
): Promise<readonly SagaState[]> {
  const { rows } = await pool.query<{ id: string }>(
    `UPDATE checkouts SET lease_owner = $1, lease_until = now() + $2 * interval '1 millisecond'
     WHERE ${condition} RETURNING id`,
    [owner, leaseMs, parameter],
  );
  return rows.length === 0
    ? []
    : loadSagas(
        pool,
        rows.map(({ id }) => id),
      );
}

/** Of a checkout whose payment comes to nothing. */
function endOf(saga: SagaState): Transition {
  const { isAuthorized } = paymentOf(saga);
  // Without an authorization the stock was not committed either: it is still to be given back.
  const status = isAuthorized ? 'FAILED' : saga.failure?.code === 'CANCELED' ? 'CANCELED' : 'EXPIRED';
  const errors = [stateError(status, saga.failure?.message)];
  return { step: isAuthorized ? 'DONE' : 'RELEASE_STOCK', status, errors };
}

/** There is one capture and at most one cancel per payment, so the key needs no counter. */
async function intendNext(
  client: pg.PoolClient,
  saga: SagaState,
  operation: ProviderOperation,
): Promise<void> {
  const { id, amount } = paymentOf(saga);
  const asked = operation === 'CAPTURE' ? 'CAPTURE_REQUESTED' : 'CANCEL_REQUESTED';
  await Promise.all([
    intend(client, id, operation, `${typedPaymentId.fromUuid(id)}:${operation}`),
    appendEvent(client, id, asked, amount),
  ]);
}

function paymentOf(saga: SagaState): NonNullable<SagaState['payment']> {
  if (saga.payment === null) throw new Error(`the saga is at ${saga.step} without a payment`);
  return saga.payment;
}
