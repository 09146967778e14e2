import { hasScope } from '@tributary/subgraph-kit';
import { UnauthenticatedError } from '@tributary/service-kit';
import { forgetReads, type PaymentsContext } from '../context.ts';
import { idempotentRequest } from '../domain/idempotency-key.ts';
import type { Order } from '../domain/model.ts';
import { checkKey, readNote } from '../domain/operation-input.ts';
import type { PaymentUserError } from '../domain/payment-user-error.ts';
import { orderNotFound, type InputError } from '../domain/user-error.ts';
import { performOperation, type OperationDeps } from '../operations/perform-operation.ts';
import { callerOf } from './caller.ts';
import { findOrder } from './find.ts';
import { isOwn } from './visible.ts';

interface Arguments {
  readonly input: {
    readonly orderId: string;
    readonly reason?: string | null;
    readonly idempotencyKey: string;
  };
  readonly clientSecret?: string | null;
}

/** @param buyerWithinMs How long after the order its buyer may, once the money is taken. */
export const createOrderCancel =
  (deps: OperationDeps, buyerWithinMs: number) =>
  async (_: unknown, { input, clientSecret }: Arguments, context: PaymentsContext) => {
    const { viewer } = context;
    if (viewer.kind === 'anonymous' && (clientSecret ?? null) === null) {
      throw new UnauthenticatedError('Sign in to do this.');
    }
    const order = await findOrder(context, input.orderId, clientSecret);
    const mayOperate = hasScope(viewer, 'payments:capture') && hasScope(viewer, 'payments:refund');
    if (order === null || !(mayOperate || isOwn(context, order))) return refused([orderNotFound()]);
    const errors: InputError[] = [];
    checkKey(input.idempotencyKey, errors);
    const reason = readNote(input.reason, 'reason', errors);
    const payment = (await context.loaders.paymentsOfCheckout.load(order.checkoutId)).at(-1);
    if (errors.length > 0 || payment === undefined) return refused(errors);
    const by = callerOf(context, order);
    const answer = await performOperation(deps, {
      kind: 'CANCEL_ORDER',
      paymentId: payment.id,
      reason,
      by,
      buyerWithinMs: mayOperate ? null : buyerWithinMs,
      request: idempotentRequest(by, 'orderCancel', input.idempotencyKey, [order.id, reason]),
    });
    forgetReads(context);
    return { order: () => context.loaders.order.load(order.id), userErrors: answer.errors };
  };

const refused = (
  userErrors: readonly PaymentUserError[],
): {
  readonly order: Order | null;
  readonly userErrors: readonly PaymentUserError[];
} => ({ order: null, userErrors });
