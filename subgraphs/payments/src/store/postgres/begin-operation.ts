/** Writes down what an operator wants, with what it takes in the ledger, under the lock of the payment's row. */
import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';
import { paymentId as typedPaymentId, refundId as typedRefundId } from '../../domain/ids.ts';
import type { CheckoutStatus, PaymentStatus, SagaStep } from '../../domain/model.ts';
import {
  exceedsCapturable,
  paymentStateError,
  type PaymentUserError,
} from '../../domain/payment-user-error.ts';
import { inputError } from '../../domain/user-error.ts';
import type {
  BeginOperation,
  BeginOperationOutcome,
  IsMovable,
  OperationAnswer,
} from '../operation-store.ts';
import { meetKey, takeKey } from './idempotency.ts';
import type { Leases } from './leases.ts';
import { loadOperations } from './load-operation.ts';
import { appendEvent } from './payment-events.ts';
import { whyNotDispute, writeDisputeOperation, type DisputeCommand } from './plan-dispute.ts';
import { planRefund, writeRefund, type PlannedRefund } from './plan-refund.ts';
import { resolveCancel } from './resolve-cancel.ts';

export interface PaymentRow {
  readonly id: string;
  readonly status: PaymentStatus;
  readonly currency: string;
  readonly provider: string;
  readonly checkout_id: string;
  readonly checkout_status: CheckoutStatus;
  readonly step: SagaStep;
  readonly capturable: number | null;
  readonly captured: number | null;
  readonly refundable: number | null;
}

/** Canceling an order is one of the others, by where its money is. */
export type ResolvedOperation = Exclude<BeginOperation, { kind: 'CANCEL_ORDER' }>;
type PaymentCommand = Exclude<ResolvedOperation, DisputeCommand>;

const isOfDispute = (command: ResolvedOperation): command is DisputeCommand =>
  command.kind === 'EVIDENCE' || command.kind === 'ACCEPT';

export async function beginOperation(
  client: pg.PoolClient,
  asked: BeginOperation,
  isMovable: IsMovable,
  leases: Leases,
): Promise<BeginOperationOutcome> {
  const { request, paymentId } = asked;
  // The checkout first, as every other writer does.
  await client.query(
    'SELECT 1 FROM checkouts WHERE id = (SELECT checkout_id FROM payments WHERE id = $1) FOR UPDATE',
    [paymentId],
  );
  await client.query('SELECT 1 FROM payments WHERE id = $1 FOR UPDATE', [paymentId]);
  const known = await meetKey<OperationAnswer>(client, request, leases.keyLockMs);
  if (known !== undefined) return known;
  const payment = await readPayment(client, paymentId);
  const command = asked.kind === 'CANCEL_ORDER' ? await resolveCancel(client, asked, payment) : asked;
  if ('error' in command) return { kind: 'refused', error: command.error };
  const planned = isOfDispute(command)
    ? await planDispute(client, command)
    : await planMovable(client, command, payment, isMovable);
  if ('error' in planned) return { kind: 'refused', error: planned.error };
  if (!(await takeKey(client, request, null, leases.keyLockMs))) {
    // Taken for another payment between the two statements; that row is committed now.
    return (await meetKey<OperationAnswer>(client, request, leases.keyLockMs)) ?? { kind: 'reused' };
  }
  const id = isOfDispute(command)
    ? await writeDisputeOperation(client, command, leases)
    : await write(client, command, payment, planned, leases);
  const [operation] = await loadOperations(client, [id]);
  if (operation === undefined) throw new Error('an operation vanished');
  return { kind: 'begun', operation };
}

async function readPayment(client: pg.PoolClient, paymentId: string): Promise<PaymentRow> {
  const { rows } = await client.query<PaymentRow>(
    `SELECT p.id, p.status, p.currency, p.provider, p.checkout_id, c.status AS checkout_status, c.step,
       m.capturable, m.captured, m.refundable
     FROM payments p JOIN checkouts c ON c.id = p.checkout_id LEFT JOIN payment_amounts m ON m.payment_id = p.id
     WHERE p.id = $1`,
    [paymentId],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('there is no such payment');
  return row;
}

type Planned = { readonly amount: number } | PlannedRefund | { readonly error: PaymentUserError };

async function planDispute(client: pg.PoolClient, command: DisputeCommand): Promise<Planned> {
  const error = await whyNotDispute(client, command);
  return error === undefined ? { amount: 0 } : { error };
}

/** The same, of what the provider can move. */
async function planMovable(
  client: pg.PoolClient,
  command: PaymentCommand,
  payment: PaymentRow,
  isMovable: IsMovable,
): Promise<Planned> {
  const planned = await plan(client, command, payment);
  const { currency } = payment;
  if ('error' in planned || command.kind === 'CANCEL' || isMovable({ amount: planned.amount, currency }))
    return planned;
  const isOfLines = command.kind === 'REFUND' && command.amount === null && command.lines.length > 0;
  const field = ['input', isOfLines ? 'lines' : 'amount'];
  return { error: inputError('UNSUPPORTED', field, 'The payment provider cannot move this amount.') };
}

/** How much it is about, or why it cannot be done. */
async function plan(client: pg.PoolClient, command: PaymentCommand, payment: PaymentRow): Promise<Planned> {
  if (payment.checkout_status === 'PAYING') return { error: paymentStateError('PROCESSING') };
  if (command.kind === 'REFUND') return planRefund(client, command, payment);
  if (payment.status !== 'REQUIRES_CAPTURE') return { error: paymentStateError(payment.status) };
  const { rowCount } = await client.query(
    `SELECT 1 FROM provider_requests WHERE payment_id = $1 AND state = 'INTENDED'
       AND operation IN ('AUTHORIZE', 'CAPTURE', 'CANCEL')`,
    [payment.id],
  );
  if (rowCount !== 0) return { error: paymentStateError('PROCESSING') };
  const capturable = payment.capturable ?? 0;
  const amount = (command.kind === 'CAPTURE' ? command.amount : null) ?? capturable;
  if (amount > capturable) {
    return { error: exceedsCapturable({ amount: capturable, currency: payment.currency }) };
  }
  return { amount };
}

async function write(
  client: pg.PoolClient,
  command: PaymentCommand,
  payment: PaymentRow,
  planned: { readonly amount: number } | PlannedRefund,
  leases: Leases,
): Promise<string> {
  const { request, paymentId } = command;
  const { amount } = planned;
  const refundId =
    command.kind === 'REFUND' && 'split' in planned
      ? await writeRefund(client, command, payment, planned)
      : null;
  const key =
    refundId === null
      ? `${typedPaymentId.fromUuid(paymentId)}:${command.kind}`
      : typedRefundId.fromUuid(refundId);
  const id = newUuid();
  const details = { amount, ...detailsOf(command) };
  await client.query(
    `INSERT INTO provider_requests
       (id, payment_id, operation, idempotency_key, request, refund_id, due_at, waiting_scope, waiting_key)
     VALUES ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 millisecond', $8, $9)`,
    [
      id,
      paymentId,
      command.kind,
      key,
      JSON.stringify(details),
      refundId,
      leases.leaseMs,
      request.scope,
      request.key,
    ],
  );
  // A refund's note is for colleagues; the timeline is the buyer's, and for good.
  const message = command.kind === 'CANCEL' ? command.reason : null;
  await appendEvent(client, paymentId, `${command.kind}_REQUESTED`, {
    amount,
    ...(message === null ? {} : { message }),
  });
  return id;
}

/** What is kept with the intent, beside its amount. */
function detailsOf(command: ResolvedOperation): Readonly<Record<string, unknown>> {
  if (command.kind === 'REFUND') return { restock: command.restock, cancelsOrder: command.cancelsOrder };
  return command.kind === 'CANCEL' && command.note !== null ? { note: command.note } : {};
}
