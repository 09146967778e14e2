import type { PaymentStatus } from '../domain/model.ts';

/** What our books say of a payment, in minor units. */
export interface BookedPayment {
  readonly id: string;
  readonly reference: string | null;
  readonly status: PaymentStatus;
  readonly currency: string;
  readonly capturable: number;
  readonly captured: number;
  /** Paid and under way: what is set aside for a refund may be paid at the provider already. */
  readonly refunded: number;
  /** Work is under way that may change it at the provider before it does here. */
  readonly isMoving: boolean;
}

/** Who keeps methods at the provider. */
export interface BookedCustomer {
  readonly id: string;
  /** The provider's own id of them. */
  readonly reference: string;
  /** Those that can be paid with, by the provider's own ids. */
  readonly methods: readonly string[];
  /** Something is being kept or given up, or paid with by a method that is kept then. */
  readonly isMoving: boolean;
}

export interface ReconciliationStore {
  /** By the provider's ids. */
  bookedPayments(provider: string, references: readonly string[]): Promise<readonly BookedPayment[]>;
  /** Those the provider has an id for, in the order of our ids: `limit` after this one. */
  bookedPaymentsAfter(provider: string, id: string | null, limit: number): Promise<readonly BookedPayment[]>;
  /** In the order of our ids: `limit` after this one. */
  bookedCustomersAfter(
    provider: string,
    id: string | null,
    limit: number,
  ): Promise<readonly BookedCustomer[]>;
  bookedCustomer(id: string): Promise<BookedCustomer | undefined>;
  /** Makes everything that waits for another try due now, if nobody is at it; answers how much. */
  hurryAll(): Promise<number>;
  /** What was set aside has run out at the provider: the payment and its order are canceled. False when it has moved on. */
  authorizationEnded(paymentId: string): Promise<boolean>;
}
