import { scalars } from '@tributary/subgraph-kit';
import type { PaymentsContext } from '../context.ts';
import type { ChangeFeed } from '../store/change-feed.ts';
import { checkout } from './checkout.ts';
import { dispute, disputeQuery } from './disputes.ts';
import { ledgerAccount, ledgerEntry, ledgerQuery, ledgerTransaction, ledgerTransfer } from './ledger.ts';
import { lineItem } from './line-item.ts';
import { createMutation, type MutationDeps } from './mutation.ts';
import { money } from './money.ts';
import { createNextActionTypes } from './next-action.ts';
import { order } from './order.ts';
import { paymentMethod } from './payment-methods.ts';
import { capture, payment, paymentEvent } from './payment.ts';
import { productReview } from './product-review.ts';
import { product, verifiedBuyer } from './product.ts';
import { query } from './query.ts';
import { refund, refundLine, refundQuery } from './refund.ts';
import { createSubscription } from './subscription.ts';
import { createUser } from './user.ts';
import { createWebhookQuery, webhookDelivery, webhookEndpoint } from './webhooks.ts';

const { CountryCode, CurrencyCode, DateTime, EmailAddress, PhoneNumber, SafeInt, URL } = scalars;

export const createResolvers = (deps: MutationDeps, changes: ChangeFeed) => ({
  CountryCode,
  CurrencyCode,
  DateTime,
  EmailAddress,
  PhoneNumber,
  SafeInt,
  URL,
  ...createNextActionTypes(deps.paymentProvider),
  Query: {
    ...query,
    ...disputeQuery,
    ...refundQuery,
    ...ledgerQuery,
    ...createWebhookQuery(deps.webhooks),
    paymentProviders: () => [deps.paymentProvider],
  },
  Mutation: createMutation(deps),
  Subscription: createSubscription(changes),
  Checkout: checkout,
  Order: order,
  LineItem: lineItem,
  Payment: payment,
  Capture: capture,
  PaymentEvent: paymentEvent,
  PaymentMethod: paymentMethod,
  Dispute: dispute,
  Refund: refund,
  RefundLine: refundLine,
  PaymentDeclinedError: {
    payment: ({ paymentId }: { readonly paymentId: string }, _: unknown, { loaders }: PaymentsContext) =>
      loaders.payment.load(paymentId),
  },
  Money: money,
  LedgerAccount: ledgerAccount,
  LedgerEntry: ledgerEntry,
  LedgerTransaction: ledgerTransaction,
  LedgerTransfer: ledgerTransfer,
  WebhookEndpoint: webhookEndpoint,
  WebhookDelivery: webhookDelivery,
  User: createUser(deps.deps.provider.code),
  Product: product,
  ProductReview: productReview,
  VerifiedBuyer: verifiedBuyer,
});
