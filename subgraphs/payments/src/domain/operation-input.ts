import { checkIdempotencyKey } from './idempotency-key.ts';
import { lineItemId } from './ids.ts';
import type { Amount } from './model.ts';
import type { RefundReason } from './refund.ts';
import { readText } from './text.ts';
import { inputError, type InputError } from './user-error.ts';

const MAX_NOTE_LENGTH = 1_000;

export interface PaymentCaptureInput {
  readonly paymentId: string;
  readonly amount?: Amount | null;
  readonly idempotencyKey: string;
}

export interface PaymentCancelInput {
  readonly paymentId: string;
  readonly reason?: string | null;
  readonly idempotencyKey: string;
}

export interface RefundCreateInput {
  readonly paymentId: string;
  readonly amount?: Amount | null;
  readonly lines?: readonly { readonly lineItemId: string; readonly quantity: number }[] | null;
  readonly restock?: boolean;
  readonly reason: RefundReason;
  readonly note?: string | null;
  readonly idempotencyKey: string;
}

export interface RefundLineRequest {
  readonly lineItemId: string;
  readonly quantity: number;
}

/** What is wrong with an amount by itself; nothing given is all there is. */
export function checkAmount(amount: Amount | null | undefined, currency: string, errors: InputError[]): void {
  if (amount === null || amount === undefined) return;
  const field = ['input', 'amount'];
  if (amount.amount <= 0)
    errors.push(inputError('INVALID', [...field, 'amount'], 'An amount is above zero.'));
  if (amount.currency !== currency) {
    errors.push(inputError('CURRENCY_MISMATCH', [...field, 'currency'], `This payment is in ${currency}.`));
  }
}

export function checkKey(key: string, errors: InputError[]): void {
  const error = checkIdempotencyKey(key);
  if (error !== undefined) errors.push(error);
}

export const readNote = (
  note: string | null | undefined,
  name: string,
  errors: InputError[],
): string | null =>
  readText(note, { field: ['input', name], maxLength: MAX_NOTE_LENGTH, required: false }, errors);

/** Lines by our own ids, each once. */
export function readRefundLines(
  lines: RefundCreateInput['lines'],
  errors: InputError[],
): readonly RefundLineRequest[] {
  const seen = new Set<string>();
  return (lines ?? []).map(({ lineItemId: id, quantity }, index) => {
    const field = ['input', 'lines', String(index)];
    const uuid = lineItemId.toUuid(id);
    if (uuid === undefined) {
      errors.push(inputError('NOT_FOUND', [...field, 'lineItemId'], 'There is no such line.'));
    } else if (seen.has(uuid)) {
      errors.push(inputError('INVALID', [...field, 'lineItemId'], 'This line is there already.'));
    }
    if (quantity < 1) errors.push(inputError('INVALID', [...field, 'quantity'], 'A quantity is 1 or more.'));
    seen.add(uuid ?? '');
    return { lineItemId: uuid ?? '', quantity };
  });
}
