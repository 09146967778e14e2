/**
 * The part of Stripe's API that a provider of this service speaks, whoever carries it there.
 *
 * @see https://docs.stripe.com/api/payment_intents
 */
import * as z from 'zod';

const Card = z.object({
  brand: z.string(),
  last4: z.string(),
  exp_month: z.int(),
  exp_year: z.int(),
  country: z.string().nullable(),
});
/** Null when 3-D Secure was not tried. */
const ChargedCard = Card.extend({
  three_d_secure: z.object({ result: z.string().nullable() }).nullable(),
});

/** Anything but a redirect is for the API's library in a browser or a phone, which the client secret is enough for. */
const NextAction = z
  .object({ redirect_to_url: z.object({ url: z.string(), return_url: z.string().nullable() }).optional() })
  .nullable();
const ClientSecret = z.string().nullable().default(null);

const LastError = z
  .object({
    code: z.string().optional(),
    decline_code: z.string().optional(),
    message: z.string().optional(),
  })
  .nullable();

export const Intent = z.object({
  id: z.string(),
  status: z.string(),
  payment_method: z.string().nullable(),
  amount: z.int(),
  amount_capturable: z.int(),
  amount_received: z.int(),
  currency: z.string(),
  metadata: z.record(z.string(), z.string()),
  next_action: NextAction,
  client_secret: ClientSecret,
  last_payment_error: LastError,
  latest_charge: z
    .object({
      amount_refunded: z.int(),
      payment_method_details: z.object({ card: ChargedCard.optional() }).nullable(),
    })
    .nullable(),
});
export type Intent = z.infer<typeof Intent>;

/** One try to keep a payment method for later. */
export const Setup = z.object({
  id: z.string(),
  status: z.string(),
  /** Read whole where it can be: an id alone says nothing of the card. */
  payment_method: z.union([z.string(), z.object({ id: z.string(), card: Card.optional() })]).nullable(),
  next_action: NextAction,
  client_secret: ClientSecret,
  last_setup_error: LastError,
});
export type Setup = z.infer<typeof Setup>;

export const ApiRefund = z.object({
  id: z.string(),
  status: z.string().nullable(),
  failure_reason: z.string().optional(),
  metadata: z.record(z.string(), z.string()).nullable(),
});
export type ApiRefund = z.infer<typeof ApiRefund>;

export const ApiDispute = z.object({
  id: z.string(),
  payment_intent: z.string(),
  amount: z.int(),
  currency: z.string(),
  status: z.string(),
  reason: z.string(),
  evidence_details: z.object({ due_by: z.int().nullable() }),
  balance_transactions: z.array(z.object({ fee: z.int(), currency: z.string() })),
});
export type ApiDispute = z.infer<typeof ApiDispute>;

/** An answer that says no. */
export const ApiProblem = z.object({
  type: z.string(),
  code: z.string().optional(),
  decline_code: z.string().optional(),
  param: z.string().optional(),
  message: z.string(),
  payment_intent: Intent.optional(),
});
export type ApiProblem = z.infer<typeof ApiProblem>;

export type ApiResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: ApiProblem };

export interface ApiCall {
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
}

export interface ApiMoney {
  /** Minor units of ISO 4217. */
  readonly amount: number;
  /** Lower case. */
  readonly currency: string;
}

export interface NewIntent extends ApiMoney {
  readonly paymentMethod: string;
  readonly returnUrl: string | null;
  /** Whose method it is, or whose it will be. */
  readonly customer: string | null;
  /** Keeps the method with the customer once it has paid. */
  readonly keepsMethod: boolean;
  /** The buyer is not there: what would need them is declined. */
  readonly offSession: boolean;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface NewRefund extends ApiMoney {
  readonly intent: string;
  /** One that the API knows, or none. */
  readonly reason: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Every method throws ProviderUnavailableError when there is no answer that says what happened. */
export interface IntentsApi {
  create(intent: NewIntent, call: ApiCall): Promise<ApiResult<Intent>>;
  confirm(
    id: string,
    method: Omit<NewIntent, 'amount' | 'currency' | 'metadata'>,
    call: ApiCall,
  ): Promise<ApiResult<Intent>>;
  capture(id: string, money: ApiMoney, call: ApiCall): Promise<ApiResult<Intent>>;
  cancel(id: string, call: ApiCall): Promise<ApiResult<Intent>>;
  retrieve(id: string, signal: AbortSignal): Promise<ApiResult<Intent>>;
  /** Those whose metadata names this payment. */
  search(paymentId: string, signal: AbortSignal): Promise<readonly Intent[]>;
  refund(refund: NewRefund, call: ApiCall): Promise<ApiResult<ApiRefund>>;
  retrieveRefund(id: string, signal: AbortSignal): Promise<ApiResult<ApiRefund>>;
  listRefunds(intent: string, signal: AbortSignal): Promise<readonly ApiRefund[]>;
  list(after: string | undefined, signal: AbortSignal): Promise<IntentPage>;
  /** @param evidence Only kept, or sent to the bank at once. */
  submitEvidence(
    id: string,
    evidence: { readonly text: string; readonly submit: boolean },
    call: ApiCall,
  ): Promise<ApiResult<ApiDispute>>;
  closeDispute(id: string, call: ApiCall): Promise<ApiResult<ApiDispute>>;
  retrieveDispute(id: string, signal: AbortSignal): Promise<ApiResult<ApiDispute>>;
  /** @param intent Undefined: of all. */
  listDisputes(
    intent: string | undefined,
    after: string | undefined,
    signal: AbortSignal,
  ): Promise<DisputePage>;
}

export interface DisputePage {
  readonly disputes: readonly ApiDispute[];
  readonly hasMore: boolean;
}

export interface IntentPage {
  readonly intents: readonly Intent[];
  readonly hasMore: boolean;
}
