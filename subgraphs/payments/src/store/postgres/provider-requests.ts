import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';
import type { ProviderOperation, SagaState } from '../saga-store.ts';

/** Commits us to a provider call before it is made. The key is derived from state, never random. */
export async function intend(
  client: pg.PoolClient,
  paymentId: string,
  operation: ProviderOperation,
  idempotencyKey: string,
  request: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await client.query(
    `INSERT INTO provider_requests (id, payment_id, operation, idempotency_key, request) VALUES ($1, $2, $3, $4, $5)`,
    [newUuid(), paymentId, operation, idempotencyKey, JSON.stringify(request)],
  );
}

/** Closes the intent of this step; a payment token is not kept longer than it is needed. */
export async function finishIntent(
  client: pg.PoolClient,
  saga: SagaState,
  state: 'SUCCEEDED' | 'FAILED',
  response: Readonly<Record<string, unknown>>,
): Promise<void> {
  await client.query(
    `UPDATE provider_requests SET state = $2, response = $3, request = request - '{token,customer}'::text[], finished_at = now()
     WHERE id = $1`,
    [saga.request?.id, state, JSON.stringify(response)],
  );
}
