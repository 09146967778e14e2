import { loadManyByKey, loadOneByKey, loadPageByKey, type Page } from '@tributary/subgraph-kit';
import type { Order, Payment } from './domain/model.ts';
import type { WebhookDelivery } from './domain/webhook-model.ts';
import type { DeliveryPage, Reader } from './store/reader.ts';

/** Everything one request reads goes through here, batched: one query per kind and tick. Keys are our own UUIDs. */
export function createLoaders(reader: Reader) {
  const noRows = (): readonly never[] => [];
  const purchased = new Map<string, ReturnType<typeof purchasedBy>>();
  const purchasedBy = (buyerId: string) =>
    loadOneByKey(
      async (productIds) => [...(await reader.purchasedProducts(buyerId, productIds))],
      (productId) => productId,
    );
  return {
    checkout: loadOneByKey(reader.checkoutsByIds, ({ id }) => id),
    line: loadOneByKey(reader.linesByIds, ({ id }) => id),
    linesOfCheckout: loadManyByKey(reader.linesByCheckoutIds, ({ checkoutId }) => checkoutId),
    order: loadOneByKey(reader.ordersByIds, ({ id }) => id),
    orderByNumber: loadOneByKey(reader.ordersByNumbers, ({ number }) => number),
    orderOfCheckout: loadOneByKey(reader.ordersByCheckoutIds, ({ checkoutId }) => checkoutId),
    orderPage: loadPageByKey<Page, readonly Order[]>(reader.orderPages, noRows),
    orderCount: loadPageByKey<null, number>(
      (buyerIds) => reader.orderCounts(buyerIds),
      () => 0,
    ),
    payment: loadOneByKey(reader.paymentsByIds, ({ id }) => id),
    paymentsOfCheckout: loadManyByKey(reader.paymentsByCheckoutIds, ({ checkoutId }) => checkoutId),
    paymentPage: loadPageByKey<Page, readonly Payment[]>(reader.paymentPages, noRows),
    paymentCount: loadPageByKey<null, number>(
      (buyerIds) => reader.paymentCounts(buyerIds),
      () => 0,
    ),
    eventsOfPayment: loadManyByKey(reader.eventsByPaymentIds, ({ paymentId }) => paymentId),
    refund: loadOneByKey(reader.refundsByIds, ({ id }) => id),
    refundsOfPayment: loadManyByKey(reader.refundsByPaymentIds, ({ paymentId }) => paymentId),
    linesOfRefund: loadManyByKey(reader.linesByRefundIds, ({ refundId }) => refundId),
    dispute: loadOneByKey(reader.disputesByIds, ({ id }) => id),
    disputesOfPayment: loadManyByKey(reader.disputesByPaymentIds, ({ paymentId }) => paymentId),
    ledgerTransactionsOfPayment: loadManyByKey(
      reader.ledgerTransactionsByPaymentIds,
      ({ paymentId }) => paymentId,
    ),
    transfersOfLedgerTransaction: loadManyByKey(
      reader.ledgerTransfersByTransactionIds,
      ({ transactionId }) => transactionId,
    ),
    ledgerAccount: loadOneByKey(reader.ledgerAccountsByIds, ({ id }) => id),
    ledgerTotals: loadOneByKey(reader.ledgerTotalsByIds, ({ accountId }) => accountId),
    webhookDeliveryPage: loadPageByKey<DeliveryPage, readonly WebhookDelivery[]>(
      reader.webhookDeliveryPages,
      noRows,
    ),
    /** Whether this buyer has ordered the product. */
    purchased: async (buyerId: string, productId: string): Promise<boolean> => {
      const loader = purchased.get(buyerId) ?? purchasedBy(buyerId);
      purchased.set(buyerId, loader);
      return (await loader.load(productId)) !== null;
    },
  };
}

export type Loaders = ReturnType<typeof createLoaders>;
