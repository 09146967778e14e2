/** Writes down what an operator wants, with what it takes in the ledger, under the lock of the payment's row. */
import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';
import { paymentId as typedPaymentId, refundId as typedRefundId } from '../../domain/ids.ts';
import type { CheckoutStatus, PaymentStatus, SagaStep } from '../../domain/model.ts';
import {
  exceedsCapturable,
  exceedsRefundable,
  paymentStateError,
  type PaymentUserError,
} from '../../domain/payment-user-error.ts';
import { inputError } from '../../domain/user-error.ts';
import type { BeginOperation, BeginOperationOutcome, OperationAnswer } from '../operation-store.ts';
import { meetKey, takeKey } from './idempotency.ts';
import type { Leases } from './leases.ts';
import { postRefundPending } from './ledger.ts';
import { loadOperations } from './load-operation.ts';
import { appendEvent } from './payment-events.ts';
import { whyNotDispute, writeDisputeOperation, type DisputeCommand } from './plan-dispute.ts';

interface PaymentRow {
  readonly id: string;
  readonly status: PaymentStatus;
  readonly currency: string;
  readonly provider: string;
  readonly checkout_id: string;
  readonly checkout_status: CheckoutStatus;
  readonly step: SagaStep;
  readonly capturable: number | null;
  readonly refundable: number | null;
}

type Refund = Extract<BeginOperation, { kind: 'REFUND' }>;
type PaymentCommand = Exclude<BeginOperation, DisputeCommand>;

const isOfDispute = (command: BeginOperation): command is DisputeCommand =>
  command.kind === 'EVIDENCE' || command.kind === 'ACCEPT';

export async function beginOperation(
  client: pg.PoolClient,
  command: BeginOperation,
  leases: Leases,
): Promise<BeginOperationOutcome> {
  const { request, paymentId } = command;
  // The checkout first, as every other writer does.
  await client.query(
    'SELECT 1 FROM checkouts WHERE id = (SELECT checkout_id FROM payments WHERE id = $1) FOR UPDATE',
    [paymentId],
  );
  await client.query('SELECT 1 FROM payments WHERE id = $1 FOR UPDATE', [paymentId]);
  const known = await meetKey<OperationAnswer>(client, request, leases.keyLockMs);
  if (known !== undefined) return known;
  const payment = await readPayment(client, paymentId);
  const planned = isOfDispute(command)
    ? await planDispute(client, command)
    : await plan(client, command, payment);
  if ('error' in planned) return { kind: 'refused', error: planned.error };
  if (!(await takeKey(client, request, null, leases.keyLockMs))) {
    // Taken for another payment between the two statements; that row is committed now.
    return (await meetKey<OperationAnswer>(client, request, leases.keyLockMs)) ?? { kind: 'reused' };
  }
  const id = isOfDispute(command)
    ? await writeDisputeOperation(client, command, leases)
    : await write(client, command, payment, planned.amount, leases);
  const [operation] = await loadOperations(client, [id]);
  if (operation === undefined) throw new Error('an operation vanished');
  return { kind: 'begun', operation };
}

async function readPayment(client: pg.PoolClient, paymentId: string): Promise<PaymentRow> {
  const { rows } = await client.query<PaymentRow>(
    `SELECT p.id, p.status, p.currency, p.provider, p.checkout_id, c.status AS checkout_status, c.step,
       m.capturable, m.refundable
     FROM payments p JOIN checkouts c ON c.id = p.checkout_id LEFT JOIN payment_amounts m ON m.payment_id = p.id
     WHERE p.id = $1`,
    [paymentId],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('there is no such payment');
  return row;
}

type Planned = { readonly amount: number } | { readonly error: PaymentUserError };

async function planDispute(client: pg.PoolClient, command: DisputeCommand): Promise<Planned> {
  const error = await whyNotDispute(client, command);
  return error === undefined ? { amount: 0 } : { error };
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

async function planRefund(client: pg.PoolClient, command: Refund, payment: PaymentRow): Promise<Planned> {
  if (payment.status !== 'SUCCEEDED') return { error: paymentStateError(payment.status) };
  const refundable = payment.refundable ?? 0;
  const lines = await refundLines(client, command, payment.checkout_id);
  if ('error' in lines) return lines;
  const amount = command.amount ?? (command.lines.length > 0 ? lines.amount : refundable);
  if (amount > refundable || amount === 0) {
    return { error: exceedsRefundable({ amount: refundable, currency: payment.currency }) };
  }
  return { amount };
}

async function refundLines(client: pg.PoolClient, command: Refund, checkoutId: string): Promise<Planned> {
  const { rows } = await client.query<{ id: string; left: number; quantity: number; unit_amount: number }>(
    `SELECT id, quantity - refunded_quantity AS left, quantity, unit_amount FROM line_items WHERE checkout_id = $1`,
    [checkoutId],
  );
  let total = 0;
  for (const [index, { lineItemId, quantity }] of command.lines.entries()) {
    const line = rows.find(({ id }) => id === lineItemId);
    const field = ['input', 'lines', String(index)];
    if (line === undefined) {
      return { error: inputError('NOT_FOUND', [...field, 'lineItemId'], 'The payment has no such line.') };
    }
    if (quantity > line.left) {
      const message = `Only ${line.left} of this line can still be refunded.`;
      return { error: inputError('LIMIT_EXCEEDED', [...field, 'quantity'], message) };
    }
    total += quantity * line.unit_amount;
  }
  const isWhole = rows.every(({ id, quantity }) =>
    command.lines.some((line) => line.lineItemId === id && line.quantity === quantity),
  );
  if (command.restock && !isWhole) {
    const message = 'Only an order that is refunded whole, line by line, goes back into stock.';
    return { error: inputError('UNSUPPORTED', ['input', 'restock'], message) };
  }
  return { amount: total };
}

async function write(
  client: pg.PoolClient,
  command: PaymentCommand,
  payment: PaymentRow,
  amount: number,
  leases: Leases,
): Promise<string> {
  const { request, paymentId } = command;
  const refundId = command.kind === 'REFUND' ? await writeRefund(client, command, payment, amount) : null;
  const key =
    refundId === null
      ? `${typedPaymentId.fromUuid(paymentId)}:${command.kind}`
      : typedRefundId.fromUuid(refundId);
  const id = newUuid();
  const details = command.kind === 'REFUND' ? { amount, restock: command.restock } : { amount };
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

async function writeRefund(
  client: pg.PoolClient,
  command: Refund,
  payment: PaymentRow,
  amount: number,
): Promise<string> {
  const id = newUuid();
  const { currency, provider } = payment;
  const transferId = await postRefundPending(
    client,
    { paymentId: payment.id, provider, currency, amount },
    id,
  );
  await client.query(
    `INSERT INTO refunds (id, payment_id, currency, amount, reason, note, pending_transfer_id, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, payment.id, currency, amount, command.reason, command.note, transferId, command.by],
  );
  for (const { lineItemId, quantity } of command.lines) {
    await client.query('INSERT INTO refund_lines (refund_id, line_item_id, quantity) VALUES ($1, $2, $3)', [
      id,
      lineItemId,
      quantity,
    ]);
    await client.query('UPDATE line_items SET refunded_quantity = refunded_quantity + $2 WHERE id = $1', [
      lineItemId,
      quantity,
    ]);
  }
  return id;
}
