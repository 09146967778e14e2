import { requireUser } from '@tributary/subgraph-kit';
import { forgetReads, type PaymentsContext } from '../context.ts';
import { checkCompleteInput, type CheckoutCompleteInput } from '../domain/complete-input.ts';
import { readCheckoutRequest, type CheckoutCreateInput } from '../domain/create-input.ts';
import { idempotentRequest } from '../domain/idempotency-key.ts';
import { checkoutNotFound, paymentNotFound, type CheckoutUserError } from '../domain/user-error.ts';
import type { OperationDeps } from '../operations/perform-operation.ts';
import { cancelCheckout } from '../saga/cancel-checkout.ts';
import { finishAction } from '../saga/finish-action.ts';
import { openCheckout } from '../saga/open-checkout.ts';
import { payCheckout } from '../saga/pay-checkout.ts';
import type { SagaDeps } from '../saga/saga-deps.ts';
import type { SagaRunner } from '../saga/saga-runner.ts';
import type { Answer } from '../store/answer.ts';
import { createDisputeMutations } from './disputes.ts';
import { findCheckout, findOwnPayment } from './find.ts';
import { createOperationMutations } from './operations.ts';
import { createWebhookMutations, type WebhookResolverDeps } from './webhooks.ts';

export interface MutationDeps {
  readonly deps: SagaDeps;
  readonly operationDeps: OperationDeps;
  readonly runner: SagaRunner;
  readonly checkoutTtlSeconds: number;
  readonly webhooks: WebhookResolverDeps;
}

export const createMutation = ({
  deps,
  operationDeps,
  runner,
  checkoutTtlSeconds,
  webhooks,
}: MutationDeps) => ({
  ...createOperationMutations(operationDeps),
  ...createDisputeMutations(operationDeps),
  ...createWebhookMutations(webhooks),

  checkoutCreate: async (
    _: unknown,
    { input }: { readonly input: CheckoutCreateInput },
    context: PaymentsContext,
  ) => {
    const buyer = requireUser(context.viewer);
    const read = readCheckoutRequest(input);
    if ('errors' in read) return refused(read.errors);
    const request = idempotentRequest(buyer.id, 'checkoutCreate', input.idempotencyKey, read.request);
    const answer = await openCheckout(deps, runner, {
      buyerId: buyer.id,
      checkout: read.request,
      request,
      ttlSeconds: checkoutTtlSeconds,
    });
    return toPayload(answer, context);
  },

  checkoutComplete: async (
    _: unknown,
    { id, input }: { readonly id: string; readonly input: CheckoutCompleteInput },
    context: PaymentsContext,
  ) => {
    const buyer = requireUser(context.viewer);
    const checkout = await findCheckout(context, id);
    if (checkout === null) return refused([checkoutNotFound()]);
    const errors = checkCompleteInput(input);
    if (errors.length > 0) return refused(errors);
    const { paymentToken: token, expectedTotal, idempotencyKey, returnUrl = null } = input;
    const { amount, currency } = expectedTotal;
    const request = idempotentRequest(buyer.id, 'checkoutComplete', idempotencyKey, [
      id,
      token,
      amount,
      currency,
      returnUrl,
    ]);
    const answer = await payCheckout(deps, runner, {
      checkoutId: checkout.id,
      token,
      returnUrl,
      expectedTotal,
      request,
    });
    return toPayload(answer, context);
  },

  paymentActionComplete: async (
    _: unknown,
    { paymentId: id }: { readonly paymentId: string },
    context: PaymentsContext,
  ) => {
    requireUser(context.viewer);
    const payment = await findOwnPayment(context, id);
    if (payment === null) return refused([paymentNotFound()]);
    return toPayload(await finishAction(deps, runner, payment), context);
  },

  checkoutCancel: async (_: unknown, { id }: { readonly id: string }, context: PaymentsContext) => {
    requireUser(context.viewer);
    const checkout = await findCheckout(context, id);
    if (checkout === null) return refused([checkoutNotFound()]);
    return toPayload(await cancelCheckout(deps, runner, checkout.id), context);
  },
});

const refused = (userErrors: readonly CheckoutUserError[]) => ({
  checkout: null,
  payment: null,
  order: null,
  userErrors,
});

/** The things an answer names, as they are now. */
function toPayload({ checkoutId, errors }: Answer, context: PaymentsContext) {
  forgetReads(context);
  if (checkoutId === null) return refused(errors);
  return {
    checkout: () => context.loaders.checkout.load(checkoutId),
    payment: async () => (await context.loaders.paymentsOfCheckout.load(checkoutId)).at(-1) ?? null,
    order: () => context.loaders.orderOfCheckout.load(checkoutId),
    userErrors: errors,
  };
}
