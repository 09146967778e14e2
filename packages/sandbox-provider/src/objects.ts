/** The objects of the API, named and shaped as Stripe's: what is left out here is left out of the answers. */

export interface CardObject {
  readonly brand: string;
  readonly last4: string;
  readonly exp_month: number;
  readonly exp_year: number;
  /** Null where the bank that gave it out is not known. */
  readonly country: string | null;
}

export interface CardError {
  readonly type: 'card_error';
  readonly code: string;
  readonly decline_code?: string;
  readonly message: string;
}

/** Who gave no page to return to is not sent anywhere: a library shows them the page where they are. */
export type NextAction =
  | {
      readonly type: 'redirect_to_url';
      readonly redirect_to_url: { readonly url: string; readonly return_url: string };
    }
  | {
      readonly type: 'use_stripe_sdk';
      readonly use_stripe_sdk: { readonly type: 'three_d_secure_redirect'; readonly stripe_js: string };
    };

export interface PaymentIntentObject {
  readonly id: string;
  readonly object: 'payment_intent';
  readonly amount: number;
  readonly amount_capturable: number;
  readonly amount_received: number;
  readonly currency: string;
  readonly status:
    | 'requires_payment_method'
    | 'requires_confirmation'
    | 'requires_action'
    | 'requires_capture'
    | 'succeeded'
    | 'canceled';
  readonly capture_method: 'manual' | 'automatic';
  readonly customer: string | null;
  readonly payment_method: string | null;
  readonly setup_future_usage: 'off_session' | null;
  readonly return_url: string | null;
  readonly next_action: NextAction | null;
  /** Lets whoever pays act on it without the key; absent in books of before there was one. */
  readonly client_secret?: string;
  readonly last_payment_error: CardError | null;
  readonly latest_charge: ChargeObject | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly created: number;
  readonly canceled_at: number | null;
}

export interface ChargeObject {
  readonly id: string;
  readonly object: 'charge';
  readonly amount: number;
  readonly amount_captured: number;
  readonly amount_refunded: number;
  readonly payment_method_details: {
    readonly type: 'card';
    readonly card: CardObject & { readonly three_d_secure: { readonly result: string } | null };
  };
}

export interface RefundObject {
  readonly id: string;
  readonly object: 'refund';
  readonly amount: number;
  readonly currency: string;
  readonly payment_intent: string;
  readonly status: 'pending' | 'succeeded' | 'failed';
  readonly reason: string | null;
  readonly failure_reason?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly created: number;
}

export interface DisputeObject {
  readonly id: string;
  readonly object: 'dispute';
  readonly amount: number;
  readonly currency: string;
  readonly payment_intent: string;
  readonly status:
    | 'warning_needs_response'
    | 'warning_under_review'
    | 'warning_closed'
    | 'needs_response'
    | 'under_review'
    | 'won'
    | 'lost';
  readonly reason: string;
  readonly evidence: { readonly uncategorized_text: string | null };
  readonly evidence_details: { readonly due_by: number };
  /** What it has taken from the merchant, and given back. */
  readonly balance_transactions: readonly {
    readonly amount: number;
    readonly fee: number;
    readonly currency: string;
  }[];
  readonly created: number;
}

/** Nothing of a person: whoever keeps methods with it knows who it is. */
export interface CustomerObject {
  readonly id: string;
  readonly object: 'customer';
  readonly metadata: Readonly<Record<string, string>>;
  readonly created: number;
  readonly deleted?: true;
}

/** One try to set a method up for payments at which its owner may not be there. */
export interface SetupIntentObject {
  readonly id: string;
  readonly object: 'setup_intent';
  readonly customer: string;
  readonly status: 'requires_payment_method' | 'requires_action' | 'succeeded' | 'canceled';
  readonly usage: 'off_session';
  readonly payment_method: string | null;
  readonly return_url: string | null;
  readonly next_action: NextAction | null;
  readonly client_secret?: string;
  readonly last_setup_error: CardError | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly created: number;
}

export interface PaymentMethodObject {
  readonly id: string;
  readonly object: 'payment_method';
  readonly type: 'card';
  readonly card: CardObject;
  readonly customer: string | null;
  /** The test token it was made from, and whether its owner's bank agreed to payments without them. */
  readonly metadata: { readonly token: string; readonly set_up: 'true' | 'false' };
  readonly created: number;
}

export type EventType =
  | `payment_intent.${'succeeded' | 'payment_failed' | 'amount_capturable_updated' | 'requires_action' | 'canceled'}`
  | `setup_intent.${'succeeded' | 'setup_failed' | 'requires_action'}`
  | `refund.${'created' | 'updated' | 'failed'}`
  | `charge.dispute.${'created' | 'updated' | 'closed'}`;

export interface EventObject {
  readonly id: string;
  readonly object: 'event';
  readonly type: EventType;
  readonly created: number;
  readonly api_version: string | null;
  readonly data: { readonly object: PaymentIntentObject | SetupIntentObject | RefundObject | DisputeObject };
  readonly delivery: { readonly done: boolean; readonly attempts: number };
}

/** The first answer to a key: every later request with it gets the same. */
export interface KeyObject {
  readonly id: string;
  readonly object: 'idempotency_key';
  readonly fingerprint: string;
  readonly status: number;
  readonly body: unknown;
}

/** Something that happens by itself later: a bank that answers, an authorization that runs out. */
export interface DueObject {
  readonly id: string;
  readonly object: 'due';
  readonly kind: 'refund_succeeds' | 'refund_fails' | 'authorization_expires';
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly done: boolean;
}

export type BookObject =
  | PaymentIntentObject
  | RefundObject
  | DisputeObject
  | CustomerObject
  | SetupIntentObject
  | PaymentMethodObject
  | EventObject
  | KeyObject
  | DueObject;
