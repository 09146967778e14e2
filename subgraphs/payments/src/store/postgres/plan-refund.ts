/** What a refund gives back, of which parts, and how it is written down. */
import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';
import {
  exceedsRefundable,
  paymentStateError,
  type PaymentUserError,
} from '../../domain/payment-user-error.ts';
import { amongAll, shareOf, withTax, type Split } from '../../domain/split.ts';
import { inputError } from '../../domain/user-error.ts';
import type { BeginOperation } from '../operation-store.ts';
import { leftOf } from './allot.ts';
import type { PaymentRow } from './begin-operation.ts';
import { postRefundPending } from './ledger.ts';

export type RefundCommand = Extract<BeginOperation, { kind: 'REFUND' }>;

export interface PlannedRefund {
  readonly amount: number;
  readonly split: Split;
  /** What of it is for each line that was named. */
  readonly lineAmounts: readonly number[];
}

type Refused = { readonly error: PaymentUserError };

/**
 * Lines without an amount give back what they cost and their tax, and no shipping. Any other amount is a share of
 * everything that is left, as alike to it as integers allow: of that the lines get what they cost, or all there is but
 * the shipping.
 */
export async function planRefund(
  client: pg.PoolClient,
  command: RefundCommand,
  payment: PaymentRow,
): Promise<PlannedRefund | Refused> {
  if (payment.status !== 'SUCCEEDED') return { error: paymentStateError(payment.status) };
  const refundable = payment.refundable ?? 0;
  const priced = await priceLines(client, command, payment.checkout_id);
  if ('error' in priced) return priced;
  const byLines = command.amount === null && command.lines.length > 0 && !command.cancelsOrder;
  const prices = priced.map(({ net, tax }) => net + tax);
  const price = sum(prices);
  const amount = command.amount ?? (byLines ? price : refundable);
  if (amount > refundable || amount === 0) {
    return { error: exceedsRefundable({ amount: refundable, currency: payment.currency }) };
  }
  const left = await leftOf(client, payment.id, payment.captured ?? 0);
  if (byLines) {
    return { amount, split: withTax(left, amount, sum(priced.map(({ tax }) => tax))), lineAmounts: prices };
  }
  const split = shareOf(left, amount);
  return { amount, split, lineAmounts: amongAll(prices, Math.min(price, amount - split.shipping)) };
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

interface LineRow {
  readonly id: string;
  readonly quantity: number;
  readonly refunded_quantity: number;
  readonly unit_amount: number;
  readonly tax_amount: number;
}

interface PricedLine {
  readonly net: number;
  readonly tax: number;
}

async function priceLines(
  client: pg.PoolClient,
  command: RefundCommand,
  checkoutId: string,
): Promise<readonly PricedLine[] | Refused> {
  const { rows } = await client.query<LineRow>(
    'SELECT id, quantity, refunded_quantity, unit_amount, tax_amount FROM line_items WHERE checkout_id = $1',
    [checkoutId],
  );
  const priced: PricedLine[] = [];
  for (const [index, { lineItemId, quantity }] of command.lines.entries()) {
    const line = rows.find(({ id }) => id === lineItemId);
    const field = ['input', 'lines', String(index)];
    if (line === undefined) {
      return { error: inputError('NOT_FOUND', [...field, 'lineItemId'], 'The payment has no such line.') };
    }
    const left = line.quantity - line.refunded_quantity;
    if (quantity > left) {
      const message = `Only ${left} of this line can still be refunded.`;
      return { error: inputError('LIMIT_EXCEEDED', [...field, 'quantity'], message) };
    }
    const { refunded_quantity: before } = line;
    const tax = taxUpTo(line, before + quantity) - taxUpTo(line, before);
    priced.push({ net: quantity * line.unit_amount, tax });
  }
  const isWhole = rows.every(({ id, quantity }) =>
    command.lines.some((line) => line.lineItemId === id && line.quantity === quantity),
  );
  if (command.restock && !command.cancelsOrder && !isWhole) {
    const message = 'Only an order that is refunded whole, line by line, goes back into stock.';
    return { error: inputError('UNSUPPORTED', ['input', 'restock'], message) };
  }
  return priced;
}

/** Of the first so many pieces of a line: so the last one gives back exactly what is left of the tax. */
const taxUpTo = ({ tax_amount, quantity }: LineRow, pieces: number): number =>
  Number((BigInt(tax_amount) * BigInt(pieces)) / BigInt(quantity));

/** @returns The refund's id. */
export async function writeRefund(
  client: pg.PoolClient,
  command: Pick<RefundCommand, 'lines' | 'reason' | 'note' | 'by'>,
  { id: paymentId, currency, provider }: Pick<PaymentRow, 'id' | 'currency' | 'provider'>,
  { amount, split, lineAmounts }: PlannedRefund,
): Promise<string> {
  const id = newUuid();
  const transferId = await postRefundPending(client, { paymentId, provider, currency, amount }, id);
  await client.query(
    `INSERT INTO refunds (id, payment_id, currency, amount, shipping_amount, tax_amount, reason, note,
       pending_transfer_id, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      id,
      paymentId,
      currency,
      amount,
      split.shipping,
      split.tax,
      command.reason,
      command.note,
      transferId,
      command.by,
    ],
  );
  for (const [index, { lineItemId, quantity }] of command.lines.entries()) {
    await client.query(
      'INSERT INTO refund_lines (refund_id, line_item_id, quantity, amount) VALUES ($1, $2, $3, $4)',
      [id, lineItemId, quantity, lineAmounts[index]],
    );
    await client.query('UPDATE line_items SET refunded_quantity = refunded_quantity + $2 WHERE id = $1', [
      lineItemId,
      quantity,
    ]);
  }
  return id;
}
