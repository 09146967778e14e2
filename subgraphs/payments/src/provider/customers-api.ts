import type { ApiCall, ApiResult, Setup } from './intents-api.ts';

export interface NewSetup {
  readonly customer: string;
  readonly paymentMethod: string;
  readonly returnUrl: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The part of Stripe's API that keeps payment methods.
 *
 * @see https://docs.stripe.com/api/setup_intents
 */
export interface CustomersApi {
  createCustomer(
    metadata: Readonly<Record<string, string>>,
    call: ApiCall,
  ): Promise<ApiResult<{ readonly id: string }>>;
  /** Takes its methods along. */
  deleteCustomer(id: string, call: ApiCall): Promise<ApiResult<unknown>>;
  /** Confirmed at once, for payments at which its owner may not be there. */
  createSetup(setup: NewSetup, call: ApiCall): Promise<ApiResult<Setup>>;
  retrieveSetup(id: string, signal: AbortSignal): Promise<ApiResult<Setup>>;
  /** Those attached to a customer. */
  listMethods(id: string, after: string | undefined, signal: AbortSignal): Promise<ApiResult<MethodPage>>;
  detachMethod(id: string, call: ApiCall): Promise<ApiResult<unknown>>;
  /** Whose a method is; null for one that was given up. */
  retrieveMethod(id: string, signal: AbortSignal): Promise<ApiResult<{ readonly customer: string | null }>>;
}

export interface MethodPage {
  /** By the provider's own ids. */
  readonly methods: readonly string[];
  readonly hasMore: boolean;
}

/** The call before a confirmation, which says whose intent it is from now on. */
export const customerCall = ({ idempotencyKey, signal }: ApiCall): ApiCall => ({
  idempotencyKey: `${idempotencyKey}:customer`,
  signal,
});
