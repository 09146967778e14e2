import type pg from 'pg';
import type {
  CaptureMethod,
  CheckoutFailureCode,
  CheckoutStatus,
  PaymentStatus,
  SagaStep,
} from '../../domain/model.ts';
import type { MethodUse } from '../../domain/saved-method.ts';
import { reservationId } from '../../domain/reservation-id.ts';
import type { ProviderOperation, SagaState } from '../saga-store.ts';

interface SagaRow {
  readonly id: string;
  readonly revision: number;
  readonly version: number;
  readonly status: CheckoutStatus;
  readonly step: SagaStep;
  readonly attempts: number;
  readonly total: number;
  readonly subtotal: number;
  readonly shipping_total: number;
  readonly tax_total: number;
  readonly currency: string;
  readonly hold_ended: boolean;
  readonly failure_code: CheckoutFailureCode | null;
  readonly failure_message: string | null;
  readonly payment_id: string | null;
  readonly payment_amount: number | null;
  readonly buyer_id: string | null;
  readonly provider: string | null;
  readonly provider_reference: string | null;
  readonly payment_status: PaymentStatus | null;
  readonly capture_method: CaptureMethod | null;
  readonly method_use: MethodUse | null;
  readonly request_id: string | null;
  readonly operation: ProviderOperation | null;
  readonly idempotency_key: string | null;
  readonly token: string | null;
  readonly return_url: string | null;
  readonly customer: string | null;
  readonly off_session: boolean | null;
  readonly request_age_ms: number | null;
}

export async function loadSagas(
  client: pg.Pool | pg.PoolClient,
  checkoutIds: readonly string[],
): Promise<readonly SagaState[]> {
  const { rows } = await client.query<SagaRow>(
    `SELECT c.id, c.revision, c.version, c.status, c.step, c.attempts, c.total, c.subtotal, c.shipping_total, c.tax_total, c.currency, c.expires_at <= now() AS hold_ended,
       c.failure_code, c.failure_message, p.id AS payment_id, p.amount AS payment_amount,
       p.buyer_id, p.provider, p.provider_reference, p.status AS payment_status, p.capture_method, p.method_use,
       r.id AS request_id, r.operation, r.idempotency_key, r.request ->> 'token' AS token,
       r.request ->> 'returnUrl' AS return_url, r.request ->> 'customer' AS customer,
       (r.request ->> 'offSession')::boolean AS off_session,
       floor(extract(epoch FROM now() - r.created_at) * 1000)::bigint AS request_age_ms
     FROM checkouts c
     LEFT JOIN payments p ON p.checkout_id = c.id AND p.status <> 'CANCELED'
     LEFT JOIN provider_requests r ON r.payment_id = p.id AND r.state = 'INTENDED' AND r.due_at IS NULL
     WHERE ${checkoutIds.length === 1 ? 'c.id = $1' : 'c.id = ANY ($1)'}`,
    [checkoutIds.length === 1 ? checkoutIds[0] : checkoutIds],
  );
  return rows.map(toSagaState);
}

function toSagaState(row: SagaRow): SagaState {
  const { currency } = row;
  return {
    checkoutId: row.id,
    reservationId: reservationId(row.id, row.revision),
    version: row.version,
    status: row.status,
    step: row.step,
    attempts: row.attempts,
    total: { amount: row.total, currency },
    sale: { goods: row.subtotal, shipping: row.shipping_total, tax: row.tax_total },
    holdEnded: row.hold_ended,
    failure:
      row.failure_code === null ? null : { code: row.failure_code, message: row.failure_message ?? '' },
    payment:
      row.payment_id === null || row.payment_amount === null || row.provider === null
        ? null
        : {
            id: row.payment_id,
            amount: { amount: row.payment_amount, currency },
            buyerId: row.buyer_id,
            provider: row.provider,
            reference: row.provider_reference,
            isAuthorized: row.payment_status === 'REQUIRES_CAPTURE',
            captureMethod: row.capture_method ?? 'AUTOMATIC',
            methodUse: row.method_use ?? 'ONCE',
          },
    request:
      row.request_id === null || row.operation === null || row.idempotency_key === null
        ? null
        : {
            id: row.request_id,
            operation: row.operation,
            idempotencyKey: row.idempotency_key,
            token: row.token,
            returnUrl: row.return_url,
            customer: row.customer,
            offSession: row.off_session ?? false,
            ageMs: row.request_age_ms ?? 0,
          },
  };
}
