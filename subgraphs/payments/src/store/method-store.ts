import type { IdempotentRequest } from '../domain/idempotency-key.ts';
import type { MethodUserError } from '../domain/method-user-error.ts';
import type { PaymentFailure } from '../domain/model.ts';
import type { SavedMethod, SavedMethodStatus } from '../domain/saved-method.ts';
import type { SetupOutcome } from '../provider/payment-provider.ts';
import type { KnownKey } from './answer.ts';

/** Payment methods that buyers keep. Every method is one transaction. */
export interface MethodStore {
  /** The buyer at a provider, written down before the provider is told of them. */
  customerOf(buyerId: string, provider: string): Promise<Customer>;
  /** The buyer at every provider. */
  customersOf(buyerId: string): Promise<readonly (Customer & { readonly provider: string })[]>;
  nameCustomer(id: string, reference: string): Promise<void>;
  /** Nothing of it is left. */
  removeCustomer(id: string): Promise<void>;
  /** Methods of a customer, those included that are being saved. */
  count(customerId: string): Promise<number>;
  /** Records the key and the method before the provider is asked. */
  begin(command: BeginMethod): Promise<BeginMethodOutcome>;
  /** What is to be asked of the provider about one, by whoever asks first: asking twice does no harm. */
  claim(id: string): Promise<MethodWork | undefined>;
  claimSetup(provider: string, setupReference: string): Promise<MethodWork | undefined>;
  claimDue(provider: string, limit: number): Promise<readonly MethodWork[]>;
  postpone(id: string, delayMs: number): Promise<void>;
  /** Writes what the provider said, and answers the key. Void when the method is settled or gone. */
  settle(id: string, outcome: SettledSetup): Promise<void>;
  findAnswer(request: IdempotentRequest): Promise<MethodAnswer | undefined>;
  unlockKey(request: IdempotentRequest): Promise<void>;
  /** One that can be paid with. */
  findUsable(id: string): Promise<UsableMethod | undefined>;
  setDefault(id: string): Promise<boolean>;
  /** From now on nobody pays with it. Undefined when there is none. */
  beginDetach(id: string): Promise<MethodWork | undefined>;
  detached(id: string): Promise<void>;
}

export interface Customer {
  readonly id: string;
  /** The provider's own id, once it was learned. */
  readonly reference: string | null;
}

export interface BeginMethod {
  readonly customerId: string;
  readonly token: string;
  readonly returnUrl: string | null;
  readonly makesDefault: boolean;
  readonly request: IdempotentRequest;
}

/** What a key answers for good: the method is shown as it is now. */
export interface MethodAnswer {
  readonly methodId: string | null;
  readonly errors: readonly MethodUserError[];
}

export type BeginMethodOutcome =
  | { readonly kind: 'begun'; readonly work: MethodWork }
  | { readonly kind: 'too_many' }
  | Exclude<KnownKey<MethodAnswer>, { kind: 'resumed' }>;

export interface MethodWork {
  readonly id: string;
  readonly status: SavedMethodStatus;
  readonly customer: Customer;
  readonly reference: string | null;
  readonly setupReference: string | null;
  readonly token: string | null;
  readonly returnUrl: string | null;
  readonly attempts: number;
  readonly ageMs: number;
}

export type SettledSetup =
  | Exclude<SetupOutcome, { kind: 'declined' | 'unknown_method' }>
  | { readonly kind: 'failed'; readonly error: MethodUserError; readonly failure: PaymentFailure | null };

export interface UsableMethod extends Pick<SavedMethod, 'buyerId' | 'provider'> {
  readonly reference: string;
  readonly customerReference: string;
}
