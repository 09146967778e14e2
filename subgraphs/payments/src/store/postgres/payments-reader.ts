import type pg from 'pg';
import type {
  Capture,
  CaptureMethod,
  CardDetails,
  NextAction,
  Payment,
  PaymentEvent,
  PaymentEventType,
  PaymentFailure,
  PaymentStatus,
} from '../../domain/model.ts';
import type { Reader } from '../reader.ts';
import { filteredCount, filteredPage } from './filtered-page.ts';
import { groupByKey, keyset } from './keyset.ts';

interface PaymentRow {
  readonly id: string;
  readonly checkout_id: string;
  readonly buyer_id: string | null;
  readonly currency: string;
  readonly amount: number;
  readonly capture_method: CaptureMethod;
  readonly capturable: number | null;
  readonly captured: number | null;
  readonly refunded: number | null;
  readonly refundable: number | null;
  readonly provider_reference: string | null;
  readonly status: PaymentStatus;
  readonly provider: string;
  readonly card: CardDetails | null;
  readonly failure: PaymentFailure | null;
  readonly next_action: NextAction | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

interface EventRow {
  readonly id: string;
  readonly payment_id: string;
  readonly type: PaymentEventType;
  readonly at: Date;
  readonly amount: number | null;
  readonly currency: string;
  readonly message: string | null;
}

interface CaptureRow {
  readonly id: string;
  readonly payment_id: string;
  readonly amount: number;
  readonly currency: string;
  readonly created_at: Date;
}

const PAYMENTS = `SELECT p.*, m.capturable, m.captured, m.refunded, m.refundable FROM payments p LEFT JOIN payment_amounts m ON m.payment_id = p.id`;
const LIST = { table: 'payments', alias: 'p', select: PAYMENTS, at: 'created_at', amount: 'amount' };

type PaymentReader = Pick<
  Reader,
  | 'paymentsByIds'
  | 'paymentsByCheckoutIds'
  | 'paymentPage'
  | 'paymentCount'
  | 'paymentPages'
  | 'paymentCounts'
  | 'eventsByPaymentIds'
  | 'capturesByPaymentIds'
>;

export function createPaymentReader(pool: pg.Pool): PaymentReader {
  const payments = async (condition: string, parameters: readonly unknown[]): Promise<readonly Payment[]> => {
    const { rows } = await pool.query<PaymentRow>(`${PAYMENTS} ${condition}`, [...parameters]);
    return rows.map(toPayment);
  };
  return {
    paymentsByIds: (ids) => payments('WHERE p.id = ANY ($1)', [ids]),
    paymentsByCheckoutIds: (ids) =>
      payments('WHERE p.checkout_id = ANY ($1) ORDER BY p.created_at, p.id', [ids]),
    paymentPage: async (page, filter) => {
      const { text, parameters } = filteredPage(LIST, page, filter, { 'p.provider = ?': filter.provider });
      const { rows } = await pool.query<PaymentRow>(text, [...parameters]);
      return rows.map(toPayment);
    },
    paymentCount: async (filter) => {
      const { text, parameters } = filteredCount(LIST, filter, { 'p.provider = ?': filter.provider });
      const { rows } = await pool.query<{ count: number }>(text, [...parameters]);
      return rows[0]?.count ?? 0;
    },
    paymentPages: async (buyerIds, { page, statuses }) => {
      const { where, orderBy, limit, parameters } = keyset(page, 'p.created_at', 'p.id', 3);
      const { rows } = await pool.query<PaymentRow>(
        `SELECT x.* FROM unnest($1::text[]) AS buyer (id)
         CROSS JOIN LATERAL (
           ${PAYMENTS} WHERE p.buyer_id = buyer.id AND ($2::text[] IS NULL OR p.status = ANY ($2)) AND ${where}
           ORDER BY ${orderBy} LIMIT ${limit}
         ) x`,
        [buyerIds, statuses, ...parameters],
      );
      return groupByKey(rows.map(toPayment), ({ buyerId }) => buyerId ?? '');
    },
    paymentCounts: async (buyerIds, statuses) => {
      const { rows } = await pool.query<{ buyer_id: string; count: number }>(
        `SELECT buyer_id, count(*) FROM payments
         WHERE buyer_id = ANY ($1) AND ($2::text[] IS NULL OR status = ANY ($2)) GROUP BY buyer_id`,
        [buyerIds, statuses],
      );
      return new Map(rows.map((row) => [row.buyer_id, row.count]));
    },
    eventsByPaymentIds: async (paymentIds) => {
      const { rows } = await pool.query<EventRow>(
        `SELECT e.*, p.currency FROM payment_events e JOIN payments p ON p.id = e.payment_id
         WHERE e.payment_id = ANY ($1) ORDER BY e.payment_id, e.seq`,
        [paymentIds],
      );
      return rows.map(toEvent);
    },
    capturesByPaymentIds: async (paymentIds) => {
      const { rows } = await pool.query<CaptureRow>(
        `SELECT t.id, x.payment_id, t.amount, t.currency, t.created_at
         FROM ledger_transactions x JOIN ledger_transfers t ON t.transaction_id = x.id
         WHERE x.payment_id = ANY ($1) AND x.type = 'CAPTURE' AND t.kind = 'POST_PENDING' ORDER BY t.seq`,
        [paymentIds],
      );
      return rows.map(toCapture);
    },
  };
}

const toPayment = (row: PaymentRow): Payment => ({
  id: row.id,
  checkoutId: row.checkout_id,
  buyerId: row.buyer_id,
  status: row.status,
  amount: { amount: row.amount, currency: row.currency },
  captureMethod: row.capture_method,
  amountCapturable: { amount: row.capturable ?? 0, currency: row.currency },
  amountCaptured: { amount: row.captured ?? 0, currency: row.currency },
  amountRefunded: { amount: row.refunded ?? 0, currency: row.currency },
  amountRefundable: { amount: row.refundable ?? 0, currency: row.currency },
  card: row.card,
  lastFailure: row.failure,
  nextAction: row.next_action,
  provider: row.provider,
  providerReference: row.provider_reference,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const toEvent = (row: EventRow): PaymentEvent => ({
  id: row.id,
  paymentId: row.payment_id,
  type: row.type,
  at: row.at,
  amount: row.amount === null ? null : { amount: row.amount, currency: row.currency },
  message: row.message,
});

const toCapture = (row: CaptureRow): Capture => ({
  id: row.id,
  paymentId: row.payment_id,
  amount: { amount: row.amount, currency: row.currency },
  createdAt: row.created_at,
});
