/** The things payments owns, as the rest of the service sees them. Ids of our own rows are UUIDs in here. */

export interface Amount {
  /** Minor units, a safe integer. */
  readonly amount: number;
  readonly currency: string;
}

export type CheckoutStatus = 'OPEN' | 'PAYING' | 'COMPLETED' | 'EXPIRED' | 'CANCELED' | 'FAILED';
export type CheckoutFailureCode = 'OUT_OF_STOCK' | 'EXPIRED' | 'CANCELED' | 'CAPTURE_FAILED';

/** What the saga does next; `AWAIT_BUYER` and `DONE` are at rest. */
export type SagaStep =
  | 'RESERVE'
  | 'AWAIT_BUYER'
  | 'AUTHORIZE'
  | 'AWAIT_ACTION'
  | 'COMMIT_STOCK'
  | 'CAPTURE'
  | 'RESTOCK'
  | 'VOID'
  | 'RELEASE_STOCK'
  | 'DONE';

export interface CheckoutFailure {
  readonly code: CheckoutFailureCode;
  readonly message: string;
}

export interface OrderAddress {
  readonly recipientName: string;
  readonly company: string | null;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly region: string | null;
  readonly postalCode: string | null;
  readonly countryCode: string;
  readonly phone: string | null;
}

/** The address without which shipping or tax cannot be known. */
export type MissingAddress = 'SHIPPING' | 'BILLING';

/** What a purchase costs. */
export interface Totals {
  /** All lines, before tax. */
  readonly subtotal: Amount;
  readonly shippingTotal: Amount;
  /** That of the lines and of the shipping. */
  readonly taxTotal: Amount;
  readonly total: Amount;
}

export interface Checkout extends Totals {
  readonly id: string;
  /** Null for a guest. */
  readonly buyerId: string | null;
  readonly email: string | null;
  /** A guest's; null for others, and until there is a price. */
  readonly clientSecretHash: Buffer | null;
  readonly status: CheckoutStatus;
  readonly step: SagaStep;
  readonly version: number;
  /** Which of its holds the stock is held by. */
  readonly revision: number;
  readonly shippingAddress: OrderAddress | null;
  readonly billingAddress: OrderAddress | null;
  readonly lacksAddress: MissingAddress | null;
  readonly failure: CheckoutFailure | null;
  readonly expiresAt: Date;
  readonly createdAt: Date;
}

export type OrderStatus = 'CONFIRMED' | 'PARTIALLY_REFUNDED' | 'REFUNDED' | 'CANCELED';

export interface Order extends Totals {
  readonly id: string;
  readonly number: string;
  readonly status: OrderStatus;
  readonly checkoutId: string;
  readonly buyerId: string | null;
  readonly email: string | null;
  readonly shippingAddress: OrderAddress | null;
  readonly billingAddress: OrderAddress | null;
  readonly placedAt: Date;
  readonly canceledAt: Date | null;
}

/** What products said about a line when it held the stock. */
export interface PricedLine {
  readonly variantId: string;
  readonly productId: string;
  readonly sku: string;
  readonly title: string;
  readonly variantVersion: number;
  readonly quantity: number;
  readonly unitPrice: Amount;
  readonly taxCategory: string;
  readonly requiresShipping: boolean;
}

export interface LineItem extends PricedLine {
  readonly id: string;
  readonly checkoutId: string;
  readonly buyerId: string | null;
  readonly refundedQuantity: number;
  readonly taxTotal: Amount;
  /** Before tax. */
  readonly total: Amount;
}

export type PaymentStatus =
  | 'REQUIRES_PAYMENT_METHOD'
  | 'REQUIRES_ACTION'
  | 'PROCESSING'
  | 'REQUIRES_CAPTURE'
  | 'SUCCEEDED'
  | 'CANCELED';

export type CaptureMethod = 'AUTOMATIC' | 'MANUAL';

export interface CardDetails {
  readonly brand: string;
  readonly last4: string;
  readonly expMonth: number;
  readonly expYear: number;
  /** ISO 3166-1, of the bank that gave it out; null when the provider does not know. */
  readonly issuerCountry: string | null;
  /** Its owner's bank has seen them at this payment. A card that is kept was at none. */
  readonly threeDSecure: boolean;
}

export type PaymentFailureCode =
  | 'CARD_DECLINED'
  | 'INSUFFICIENT_FUNDS'
  | 'EXPIRED_CARD'
  | 'INCORRECT_CVC'
  | 'AUTHENTICATION_FAILED'
  | 'AUTHENTICATION_REQUIRED'
  | 'PROCESSING_ERROR';

export interface PaymentFailure {
  readonly code: PaymentFailureCode;
  readonly message: string;
  readonly retryable: boolean;
  /** RFC 3339: it is stored as JSON. */
  readonly at: string;
}

/** What the buyer does next: goes to a page of their bank, or lets the provider's library show it. */
export type NextAction = RedirectAction | SdkAction;

export interface RedirectAction {
  readonly url: string;
  /** Where that page sends them afterwards. */
  readonly returnUrl: string | null;
}

export interface SdkAction {
  /** The provider's, of this one try; whoever has it may act for the buyer there. */
  readonly clientSecret: string;
}

export interface Payment {
  readonly id: string;
  readonly checkoutId: string;
  readonly buyerId: string | null;
  readonly status: PaymentStatus;
  readonly amount: Amount;
  readonly captureMethod: CaptureMethod;
  readonly amountCapturable: Amount;
  readonly amountCaptured: Amount;
  readonly amountRefunded: Amount;
  readonly amountRefundable: Amount;
  readonly card: CardDetails | null;
  readonly lastFailure: PaymentFailure | null;
  readonly nextAction: NextAction | null;
  readonly provider: string;
  readonly providerReference: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Money of a payment that was taken. */
export interface Capture {
  readonly id: string;
  readonly paymentId: string;
  readonly amount: Amount;
  readonly createdAt: Date;
}

export type PaymentEventType =
  | 'CREATED'
  | 'AUTHORIZATION_REQUESTED'
  | 'ACTION_REQUIRED'
  | 'AUTHORIZED'
  | 'DECLINED'
  | 'CAPTURE_REQUESTED'
  | 'CAPTURED'
  | 'CANCEL_REQUESTED'
  | 'CANCELED'
  | 'REFUND_REQUESTED'
  | 'REFUNDED'
  | 'REFUND_FAILED'
  | 'DISPUTE_OPENED'
  | 'DISPUTE_WON'
  | 'DISPUTE_LOST';

export interface PaymentEvent {
  readonly id: string;
  readonly paymentId: string;
  readonly type: PaymentEventType;
  readonly at: Date;
  readonly amount: Amount | null;
  readonly message: string | null;
}
