import { loadManyByKey, loadOneByKey, loadPageByKey, type Page } from '@tributary/subgraph-kit';
import type { LedgerEntry } from './domain/ledger-model.ts';
import type { Order, Payment } from './domain/model.ts';
import type { ProductSales, Purchase, VerifiedBuyer } from './domain/product-model.ts';
import type { WebhookDelivery } from './domain/webhook-model.ts';
import type { DeliveryPage, PaymentsPage, Reader } from './store/reader.ts';

/** Everything one request reads goes through here, batched: one query per kind and tick. Keys are our own UUIDs. */
export function createLoaders(reader: Reader) {
  const noRows = (): readonly never[] => [];
  const purchases = loadOneByKey(
    (keys) => reader.purchases(keys.map((key) => JSON.parse(key) as Purchase)),
    ({ buyerId, productId }) => JSON.stringify({ buyerId, productId }),
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
    paymentPage: loadPageByKey<PaymentsPage, readonly Payment[]>(reader.paymentPages, noRows),
    paymentCount: loadPageByKey<PaymentsPage['statuses'], number>(reader.paymentCounts, () => 0),
    capturesOfPayment: loadManyByKey(reader.capturesByPaymentIds, ({ paymentId }) => paymentId),
    eventsOfPayment: loadManyByKey(reader.eventsByPaymentIds, ({ paymentId }) => paymentId),
    refund: loadOneByKey(reader.refundsByIds, ({ id }) => id),
    refundsOfPayment: loadManyByKey(reader.refundsByPaymentIds, ({ paymentId }) => paymentId),
    linesOfRefund: loadManyByKey(reader.linesByRefundIds, ({ refundId }) => refundId),
    savedMethod: loadOneByKey(reader.savedMethodsByIds, ({ id }) => id),
    savedMethodsOfBuyer: loadManyByKey(reader.savedMethodsByBuyerIds, ({ buyerId }) => buyerId),
    dispute: loadOneByKey(reader.disputesByIds, ({ id }) => id),
    disputesOfPayment: loadManyByKey(reader.disputesByPaymentIds, ({ paymentId }) => paymentId),
    ledgerTransaction: loadOneByKey(reader.ledgerTransactionsByIds, ({ id }) => id),
    ledgerTransactionsOfPayment: loadManyByKey(
      reader.ledgerTransactionsByPaymentIds,
      ({ paymentId }) => paymentId ?? '',
    ),
    ledgerEntryPage: loadPageByKey<Page, readonly LedgerEntry[]>(reader.ledgerEntryPages, noRows),
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
    purchased: async (buyerId: string, productId: string): Promise<boolean> =>
      (await purchases.load(JSON.stringify({ buyerId, productId }))) !== null,
    salesOfProduct: loadPageByKey<Date | null, ProductSales>(
      async (ids, since) =>
        new Map((await reader.productSales(ids, since)).map((row) => [row.productId, row])),
      () => ({ productId: '', orders: 0, units: 0, net: [] }),
    ),
    verifiedBuyerPage: loadPageByKey<Page, readonly VerifiedBuyer[]>(reader.verifiedBuyerPages, noRows),
    verifiedBuyerCount: loadPageByKey<null, number>(
      (productIds) => reader.verifiedBuyerCounts(productIds),
      () => 0,
    ),
  };
}

export type Loaders = ReturnType<typeof createLoaders>;
