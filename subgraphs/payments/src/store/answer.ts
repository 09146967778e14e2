import type { CheckoutUserError } from '../domain/user-error.ts';

/** What an idempotency key answers for good: which things, and what was wrong. The things are shown as they are now. */
export interface Answer {
  readonly checkoutId: string | null;
  readonly paymentId: string | null;
  readonly errors: readonly CheckoutUserError[];
}

/** What a key that is not new says instead of doing the work. */
export type KnownKey<A = Answer> =
  | { readonly kind: 'answered'; readonly answer: A }
  /** Begun by a request that no longer holds the key: the caller now does, and goes on with this checkout. */
  | { readonly kind: 'resumed'; readonly checkoutId: string }
  | { readonly kind: 'in_use'; readonly retryAfterSeconds: number }
  | { readonly kind: 'reused' };
