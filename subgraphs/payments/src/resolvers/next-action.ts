/** What a buyer has to do next, as their front end is told. Theirs alone: with it one acts for them at the provider. */
import type { NextAction } from '../domain/model.ts';
import type { PaymentProviderInfo } from '../domain/payment-provider-info.ts';

type ShownAction = NextAction & { readonly provider: string; readonly expiresAt: Date };

/** @param expiresAt When the provider is no longer asked whether they have done it. */
export const showAction = (
  action: NextAction | null,
  provider: string,
  expiresAt: Date | null,
): ShownAction | null => (action === null || expiresAt === null ? null : { ...action, provider, expiresAt });

export const createNextActionTypes = ({ code, publishableKey }: PaymentProviderInfo) => ({
  PaymentNextAction: {
    __resolveType: (action: ShownAction) =>
      'clientSecret' in action ? 'ProviderSdkAction' : 'RedirectAction',
  },
  ProviderSdkAction: {
    // One of before the service was given another provider: its key is no longer known.
    publishableKey: ({ provider }: ShownAction) => (provider === code ? publishableKey : null),
  },
});
