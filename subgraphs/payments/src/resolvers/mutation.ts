import { requireUser } from '@tributary/subgraph-kit';
import { forgetReads, type PaymentsContext } from '../context.ts';
import { unitsOf } from '../domain/check-lines.ts';
import { checkCompleteInput, type CheckoutCompleteInput } from '../domain/complete-input.ts';
import { readCheckoutRequest, type CheckoutCreateInput } from '../domain/create-input.ts';
import { guestOf, idempotentRequest } from '../domain/idempotency-key.ts';
import type { PaymentProviderInfo } from '../domain/payment-provider-info.ts';
import type { Checkout } from '../domain/model.ts';
import { readCheckoutChange, type CheckoutUpdateInput } from '../domain/update-input.ts';
import { checkoutNotFound, paymentNotFound, type CheckoutUserError } from '../domain/user-error.ts';
import { chooseMethod } from '../methods/choose-method.ts';
import type { MethodDeps } from '../methods/method-deps.ts';
import type { OperationDeps } from '../operations/perform-operation.ts';
import { cancelCheckout } from '../saga/cancel-checkout.ts';
import { finishAction } from '../saga/finish-action.ts';
import { openCheckout } from '../saga/open-checkout.ts';
import { payCheckout } from '../saga/pay-checkout.ts';
import type { SagaDeps } from '../saga/saga-deps.ts';
import type { SagaRunner } from '../saga/saga-runner.ts';
import { updateCheckout } from '../saga/update-checkout.ts';
import type { Answer } from '../store/answer.ts';
import { callerOf } from './caller.ts';
import { createDisputeMutations } from './disputes.ts';
import { findCheckout, findOwnPayment } from './find.ts';
import { createOperationMutations } from './operations.ts';
import { createOrderCancel } from './order-cancel.ts';
import { createMethodMutations } from './payment-methods.ts';
import { createWebhookMutations, type WebhookResolverDeps } from './webhooks.ts';

export interface MutationDeps {
  readonly paymentProvider: PaymentProviderInfo;
  readonly deps: SagaDeps;
  readonly operationDeps: OperationDeps;
  readonly methodDeps: MethodDeps;
  readonly runner: SagaRunner;
  readonly checkoutTtlSeconds: number;
  /** Open ones that guests of one network may have. */
  readonly maxGuestCheckouts: number;
  /** Pieces that they may hold together in those. */
  readonly maxGuestUnits: number;
  /** How long after an order its buyer may cancel it, once it is paid. */
  readonly buyerCancelSeconds: number;
  readonly webhooks: WebhookResolverDeps;
}

export const createMutation = ({
  deps,
  operationDeps,
  methodDeps,
  runner,
  checkoutTtlSeconds,
  maxGuestCheckouts,
  maxGuestUnits,
  buyerCancelSeconds,
  webhooks,
}: MutationDeps) => ({
  ...createOperationMutations(operationDeps),
  ...createDisputeMutations(operationDeps),
  ...createMethodMutations(methodDeps),
  ...createWebhookMutations(webhooks),
  orderCancel: createOrderCancel(operationDeps, buyerCancelSeconds * 1_000),

  checkoutCreate: async (
    _: unknown,
    { input }: { readonly input: CheckoutCreateInput },
    context: PaymentsContext,
  ) => {
    const { viewer, network } = context;
    const buyerId = viewer.kind === 'anonymous' ? null : requireUser(viewer).id;
    const read = readCheckoutRequest(input, buyerId === null, deps.provider.currencies);
    if ('errors' in read) return refused(read.errors);
    const checkout = read.request;
    const caller = buyerId ?? guestOf(checkout.email ?? '');
    const answer = await openCheckout(deps, runner, {
      buyerId,
      checkout,
      request: idempotentRequest(caller, 'checkoutCreate', input.idempotencyKey, checkout),
      ttlSeconds: checkoutTtlSeconds,
      guests:
        buyerId === null && network !== undefined
          ? { network, maxOpen: maxGuestCheckouts, maxUnits: maxGuestUnits, units: unitsOf(checkout.lines) }
          : null,
    });
    const { checkoutId, clientSecret } = answer;
    if (checkoutId !== null && clientSecret !== null) context.opened.add(checkoutId);
    return { ...toPayload(answer, context), clientSecret };
  },

  checkoutUpdate: async (
    _: unknown,
    { id, input, clientSecret }: OfCheckout & { readonly input: CheckoutUpdateInput },
    context: PaymentsContext,
  ) => {
    const checkout = await findOwnCheckout(context, id, clientSecret);
    if (checkout === null) return refused([checkoutNotFound()]);
    const read = readCheckoutChange(input);
    if ('errors' in read) return refused(read.errors);
    const { change } = read;
    const caller = callerOf(context, { checkoutId: checkout.id });
    const request = idempotentRequest(caller, 'checkoutUpdate', input.idempotencyKey, [id, change]);
    const command = { checkoutId: checkout.id, change, maxGuestUnits, request };
    return toPayload(await updateCheckout(deps, command), context);
  },

  checkoutComplete: async (
    _: unknown,
    { id, input, clientSecret }: OfCheckout & { readonly input: CheckoutCompleteInput },
    context: PaymentsContext,
  ) => {
    const checkout = await findOwnCheckout(context, id, clientSecret);
    if (checkout === null) return refused([checkoutNotFound()]);
    const errors = checkCompleteInput(input);
    if (errors.length > 0) return refused(errors);
    const { expectedTotal, idempotencyKey } = input;
    const caller = callerOf(context, { checkoutId: checkout.id });
    const request = idempotentRequest(caller, 'checkoutComplete', idempotencyKey, askedToPay(id, input));
    const answer = await payCheckout(deps, runner, {
      checkoutId: checkout.id,
      method: await chooseMethod(methodDeps, checkout.buyerId, input),
      returnUrl: input.returnUrl?.href ?? null,
      expectedTotal,
      request,
    });
    return toPayload(answer, context);
  },

  paymentActionComplete: async (
    _: unknown,
    { paymentId: id, clientSecret }: { readonly paymentId: string; readonly clientSecret?: string | null },
    context: PaymentsContext,
  ) => {
    requireUserOrSecret(context, clientSecret);
    const payment = await findOwnPayment(context, id, clientSecret);
    if (payment === null) return refused([paymentNotFound()]);
    return toPayload(await finishAction(deps, runner, payment), context);
  },

  checkoutCancel: async (_: unknown, { id, clientSecret }: OfCheckout, context: PaymentsContext) => {
    const checkout = await findOwnCheckout(context, id, clientSecret);
    if (checkout === null) return refused([checkoutNotFound()]);
    return toPayload(await cancelCheckout(deps, runner, checkout.id), context);
  },
});

/** What makes two requests the same. Keys of tokens that are used once are from before there were others. */
function askedToPay(id: string, input: CheckoutCompleteInput): readonly unknown[] {
  const { paymentToken = null, paymentMethodId = null, expectedTotal } = input;
  const { savePaymentMethod = false, offSession = false } = input;
  const once = [
    id,
    paymentToken,
    expectedTotal.amount,
    expectedTotal.currency,
    input.returnUrl?.href ?? null,
  ];
  return paymentMethodId === null && !savePaymentMethod
    ? once
    : [...once, paymentMethodId, savePaymentMethod, offSession];
}

interface OfCheckout {
  readonly id: string;
  readonly clientSecret?: string | null;
}

/** @throws UnauthenticatedError for somebody who neither is signed in nor shows a secret. */
function findOwnCheckout(
  context: PaymentsContext,
  id: string,
  clientSecret: string | null | undefined,
): Promise<Checkout | null> {
  requireUserOrSecret(context, clientSecret);
  return findCheckout(context, id, clientSecret);
}

function requireUserOrSecret({ viewer }: PaymentsContext, clientSecret: string | null | undefined): void {
  if (clientSecret === null || clientSecret === undefined) requireUser(viewer);
}

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
