/** Reads for the graph. Every method takes many keys and is one query, so that loaders can batch. */
import type { Page } from '@tributary/subgraph-kit';
import type { Dispute, DisputeStatus } from '../domain/dispute.ts';
import type {
  LedgerAccount,
  LedgerEntry,
  LedgerTotals,
  LedgerTransaction,
  LedgerTransfer,
} from '../domain/ledger-model.ts';
import type { OrderFilter, PaymentFilter } from '../domain/list-filters.ts';
import type {
  Capture,
  Checkout,
  LineItem,
  Order,
  Payment,
  PaymentEvent,
  PaymentStatus,
} from '../domain/model.ts';
import type { ProductSales, Purchase, VerifiedBuyer } from '../domain/product-model.ts';
import type { Refund, RefundLine, RefundStatus } from '../domain/refund.ts';
import type { SavedMethod } from '../domain/saved-method.ts';
import type { WebhookDelivery, WebhookDeliveryStatus } from '../domain/webhook-model.ts';

type Ids = readonly string[];

export interface Reader {
  checkoutsByIds(ids: Ids): Promise<readonly Checkout[]>;
  linesByCheckoutIds(checkoutIds: Ids): Promise<readonly LineItem[]>;
  linesByIds(ids: Ids): Promise<readonly LineItem[]>;

  ordersByIds(ids: Ids): Promise<readonly Order[]>;
  ordersByNumbers(numbers: readonly string[]): Promise<readonly Order[]>;
  ordersByCheckoutIds(checkoutIds: Ids): Promise<readonly Order[]>;
  /** Newest first: `page.size + 1` rows at most, in the direction of the page. */
  orderPage(page: Page, filter: OrderFilter): Promise<readonly Order[]>;
  orderCount(filter: OrderFilter): Promise<number>;
  /** The same for each of many buyers. */
  orderPages(buyerIds: Ids, page: Page): Promise<ReadonlyMap<string, readonly Order[]>>;
  orderCounts(buyerIds: Ids): Promise<ReadonlyMap<string, number>>;

  paymentsByIds(ids: Ids): Promise<readonly Payment[]>;
  /** Oldest first. */
  paymentsByCheckoutIds(checkoutIds: Ids): Promise<readonly Payment[]>;
  /** Newest first: `page.size + 1` rows at most, in the direction of the page. */
  paymentPage(page: Page, filter: PaymentFilter): Promise<readonly Payment[]>;
  paymentCount(filter: PaymentFilter): Promise<number>;
  paymentPages(buyerIds: Ids, page: PaymentsPage): Promise<ReadonlyMap<string, readonly Payment[]>>;
  paymentCounts(buyerIds: Ids, statuses: PaymentsPage['statuses']): Promise<ReadonlyMap<string, number>>;
  /** Oldest first. */
  capturesByPaymentIds(paymentIds: Ids): Promise<readonly Capture[]>;
  /** Oldest first. */
  eventsByPaymentIds(paymentIds: Ids): Promise<readonly PaymentEvent[]>;

  refundsByIds(ids: Ids): Promise<readonly Refund[]>;
  /** Oldest first. */
  refundsByPaymentIds(paymentIds: Ids): Promise<readonly Refund[]>;
  /** Newest first, of these statuses or of all: `page.size + 1` rows at most, in the direction of the page. */
  refundPage(page: Page, statuses: readonly RefundStatus[] | null): Promise<readonly Refund[]>;
  refundCount(statuses: readonly RefundStatus[] | null): Promise<number>;
  linesByRefundIds(refundIds: Ids): Promise<readonly RefundLine[]>;

  savedMethodsByIds(ids: Ids): Promise<readonly SavedMethod[]>;
  /** Those that can be paid with: the default first, then the newest. */
  savedMethodsByBuyerIds(buyerIds: Ids): Promise<readonly SavedMethod[]>;

  /** Those of these that happened, and were not canceled. */
  purchases(pairs: readonly Purchase[]): Promise<readonly Purchase[]>;
  /** Of those that were sold at all, from an instant on. */
  productSales(productIds: Ids, since: Date | null): Promise<readonly ProductSales[]>;
  /** Lines of buyers who agreed to be shown, newest first; see `orderPages`. */
  verifiedBuyerPages(productIds: Ids, page: Page): Promise<ReadonlyMap<string, readonly VerifiedBuyer[]>>;
  verifiedBuyerCounts(productIds: Ids): Promise<ReadonlyMap<string, number>>;

  disputesByIds(ids: Ids): Promise<readonly Dispute[]>;
  /** Oldest first. */
  disputesByPaymentIds(paymentIds: Ids): Promise<readonly Dispute[]>;
  /** Newest first, of these statuses or of all: `page.size + 1` rows at most, in the direction of the page. */
  disputePage(page: Page, statuses: readonly DisputeStatus[] | null): Promise<readonly Dispute[]>;
  disputeCount(statuses: readonly DisputeStatus[] | null): Promise<number>;

  ledgerTransactionsByIds(ids: Ids): Promise<readonly LedgerTransaction[]>;
  /** Oldest first. */
  ledgerTransactionsByPaymentIds(paymentIds: Ids): Promise<readonly LedgerTransaction[]>;
  ledgerTransfersByTransactionIds(transactionIds: Ids): Promise<readonly LedgerTransfer[]>;
  ledgerAccountsByIds(ids: Ids): Promise<readonly LedgerAccount[]>;
  ledgerTotalsByIds(ids: Ids): Promise<readonly LedgerTotals[]>;
  /** By code, then currency: `page.size + 1` rows at most, in the direction of the page. */
  ledgerAccountPage(
    page: Page,
    filter: { readonly currency: string | null; readonly prefix: string | null },
  ): Promise<readonly LedgerAccount[]>;
  /** Newest first, of one payment or of all. */
  ledgerTransactionPage(page: Page, paymentId: string | null): Promise<readonly LedgerTransaction[]>;
  /** Newest first, for each of many accounts. */
  ledgerEntryPages(accountIds: Ids, page: Page): Promise<ReadonlyMap<string, readonly LedgerEntry[]>>;
  trialBalance(currency: string): Promise<TrialBalance>;

  /** Newest first, `page.size + 1` rows at most for each endpoint, in the direction of the page. */
  webhookDeliveryPages(
    endpointIds: Ids,
    page: DeliveryPage,
  ): Promise<ReadonlyMap<string, readonly WebhookDelivery[]>>;
}

export interface PaymentsPage {
  readonly page: Page;
  /** Null: whatever they are. */
  readonly statuses: readonly PaymentStatus[] | null;
}

export interface DeliveryPage {
  readonly page: Page;
  /** Null: whatever they are. */
  readonly statuses: readonly WebhookDeliveryStatus[] | null;
}

export interface TrialBalance {
  /** One line per account; the accounts of single payments are summed into their control account. */
  readonly lines: readonly (LedgerAccount & LedgerTotals)[];
  readonly asOf: Date;
}
