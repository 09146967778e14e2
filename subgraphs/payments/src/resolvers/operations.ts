/** What operators do with payments. Every one needs a scope, and every one is idempotent by its key. */
import type { Viewer } from '@tributary/service-kit';
import { requireScope } from '@tributary/subgraph-kit';
import { forgetReads, type PaymentsContext } from '../context.ts';
import { idempotentRequest } from '../domain/idempotency-key.ts';
import { paymentId } from '../domain/ids.ts';
import type { Payment } from '../domain/model.ts';
import {
  checkAmount,
  checkKey,
  readNote,
  readRefundLines,
  type PaymentCancelInput,
  type PaymentCaptureInput,
  type RefundCreateInput,
} from '../domain/operation-input.ts';
import type { PaymentUserError } from '../domain/payment-user-error.ts';
import { inputError, paymentNotFound, type InputError } from '../domain/user-error.ts';
import { performOperation, type OperationDeps } from '../operations/perform-operation.ts';
import type { BeginOperation, OperationAnswer } from '../store/operation-store.ts';

interface WithInput<T> {
  readonly input: T;
}

export const createOperationMutations = (deps: OperationDeps) => ({
  paymentCapture: async (_: unknown, { input }: WithInput<PaymentCaptureInput>, context: PaymentsContext) => {
    const by = operatorOf(context.viewer, 'payments:capture');
    const payment = await findPayment(context, input.paymentId);
    if (payment === null) return refused([paymentNotFound(['input', 'paymentId'])]);
    const errors: InputError[] = [];
    checkKey(input.idempotencyKey, errors);
    checkAmount(input.amount, payment.amount.currency, errors);
    if (errors.length > 0) return refused(errors);
    const amount = input.amount?.amount ?? null;
    const request = requestOf(by, 'paymentCapture', input.idempotencyKey, [payment.id, amount]);
    return perform(deps, context, { kind: 'CAPTURE', paymentId: payment.id, amount, request });
  },

  paymentCancel: async (_: unknown, { input }: WithInput<PaymentCancelInput>, context: PaymentsContext) => {
    const by = operatorOf(context.viewer, 'payments:capture');
    const payment = await findPayment(context, input.paymentId);
    if (payment === null) return refused([paymentNotFound(['input', 'paymentId'])]);
    const errors: InputError[] = [];
    checkKey(input.idempotencyKey, errors);
    const reason = readNote(input.reason, 'reason', errors);
    if (errors.length > 0) return refused(errors);
    const request = requestOf(by, 'paymentCancel', input.idempotencyKey, [payment.id, reason]);
    return perform(deps, context, { kind: 'CANCEL', paymentId: payment.id, reason, note: null, request });
  },

  refundCreate: async (_: unknown, { input }: WithInput<RefundCreateInput>, context: PaymentsContext) => {
    const by = operatorOf(context.viewer, 'payments:refund');
    const payment = await findPayment(context, input.paymentId);
    if (payment === null) return refused([paymentNotFound(['input', 'paymentId'])]);
    const errors: InputError[] = [];
    checkKey(input.idempotencyKey, errors);
    checkAmount(input.amount, payment.amount.currency, errors);
    const lines = readRefundLines(input.lines, errors);
    const note = readNote(input.note, 'note', errors);
    const { reason, restock = false } = input;
    if (restock && lines.length === 0) {
      errors.push(
        inputError('REQUIRED', ['input', 'lines'], 'What goes back into stock is named by its lines.'),
      );
    }
    if (errors.length > 0) return refused(errors);
    const amount = input.amount?.amount ?? null;
    const asked = [payment.id, amount, lines, restock, reason, note];
    const request = requestOf(by, 'refundCreate', input.idempotencyKey, asked);
    const refund = { amount, lines, restock, cancelsOrder: false, reason, note, by: by.id };
    return perform(deps, context, { kind: 'REFUND', paymentId: payment.id, ...refund, request });
  },
});

/** @throws UnauthenticatedError, ForbiddenError */
export function operatorOf(viewer: Viewer, scope: string): { readonly id: string } {
  requireScope(viewer, scope);
  // Nobody without an id holds a scope.
  return { id: viewer.kind === 'anonymous' ? '' : viewer.id };
}

/** Whoever holds the scope may do it to any payment. */
async function findPayment({ loaders }: PaymentsContext, id: string): Promise<Payment | null> {
  const uuid = paymentId.toUuid(id);
  return uuid === undefined ? null : loaders.payment.load(uuid);
}

const requestOf = (by: { readonly id: string }, mutation: string, key: string, input: unknown) =>
  idempotentRequest(by.id, mutation, key, input);

const refused = (userErrors: readonly PaymentUserError[]) => ({ payment: null, refund: null, userErrors });

/** Does it, and answers what it did. */
export async function perform(deps: OperationDeps, context: PaymentsContext, command: BeginOperation) {
  return toPayload(await performOperation(deps, command), context);
}

/** The things an answer names, as they are now. */
function toPayload(
  { paymentId: id, refundId, disputeId, errors }: OperationAnswer,
  context: PaymentsContext,
) {
  forgetReads(context);
  const { loaders } = context;
  return {
    payment: () => (id === null ? null : loaders.payment.load(id)),
    refund: () => (refundId === null ? null : loaders.refund.load(refundId)),
    dispute: () => (disputeId === null ? null : loaders.dispute.load(disputeId)),
    userErrors: errors,
  };
}
