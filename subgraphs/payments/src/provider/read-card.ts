import { isCountryCode } from '@tributary/subgraph-kit';
import type { CardDetails } from '../domain/model.ts';

/** A card as providers write it; of one that is only kept they say nothing of 3-D Secure. */
export const readCard = (card: {
  readonly brand: string;
  readonly last4: string;
  readonly exp_month: number;
  readonly exp_year: number;
  readonly country: string | null;
  readonly three_d_secure?: { readonly result: string | null } | null;
}): CardDetails => ({
  brand: card.brand,
  last4: card.last4,
  expMonth: card.exp_month,
  expYear: card.exp_year,
  issuerCountry: card.country !== null && isCountryCode(card.country) ? card.country : null,
  threeDSecure: card.three_d_secure?.result === 'authenticated',
});
