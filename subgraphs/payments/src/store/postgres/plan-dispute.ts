import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';
import { canBeAccepted, takesEvidence, type DisputeStatus } from '../../domain/dispute.ts';
import { disputeId as typedDisputeId } from '../../domain/ids.ts';
import { disputeStateError, type PaymentUserError } from '../../domain/payment-user-error.ts';
import type { BeginOperation } from '../operation-store.ts';
import type { Leases } from './leases.ts';

export type DisputeCommand = Extract<BeginOperation, { kind: 'EVIDENCE' | 'ACCEPT' }>;

/** Why it cannot be done; undefined when it can. The caller has locked the payment's checkout. */
export async function whyNotDispute(
  client: pg.PoolClient,
  { kind, disputeId }: DisputeCommand,
): Promise<PaymentUserError | undefined> {
  const { rows } = await client.query<{ status: DisputeStatus; is_busy: boolean }>(
    `SELECT status, EXISTS (SELECT 1 FROM provider_requests r WHERE r.dispute_id = d.id AND r.state = 'INTENDED') AS is_busy
     FROM disputes d WHERE id = $1`,
    [disputeId],
  );
  const dispute = rows[0];
  if (dispute === undefined) throw new Error('there is no such dispute');
  const { status, is_busy: isBusy } = dispute;
  if (isBusy) return disputeStateError(status, 'The dispute is being worked on right now.');
  return (kind === 'EVIDENCE' ? takesEvidence(status) : canBeAccepted(status))
    ? undefined
    : disputeStateError(status);
}

/** @returns The id of what was written down. */
export async function writeDisputeOperation(
  client: pg.PoolClient,
  command: DisputeCommand,
  leases: Leases,
): Promise<string> {
  const { kind, disputeId, paymentId, request } = command;
  const id = newUuid();
  const details = kind === 'EVIDENCE' ? { text: command.text, submit: command.submit } : {};
  await client.query(
    `INSERT INTO provider_requests
       (id, payment_id, dispute_id, operation, idempotency_key, request, due_at, waiting_scope, waiting_key)
     SELECT $1, $2, $3, $4, $5 || ':' || (SELECT count(*) + 1 FROM provider_requests WHERE dispute_id = $3), $6,
       now() + $7 * interval '1 millisecond', $8, $9`,
    [
      id,
      paymentId,
      disputeId,
      kind,
      `${typedDisputeId.fromUuid(disputeId)}:${kind}`,
      JSON.stringify(details),
      leases.leaseMs,
      request.scope,
      request.key,
    ],
  );
  return id;
}
