import type { CardDetails } from '../domain/model.ts';

/** A card as providers write it. */
export const readCard = (card: {
  readonly brand: string;
  readonly last4: string;
  readonly exp_month: number;
  readonly exp_year: number;
}): CardDetails => ({
  brand: card.brand,
  last4: card.last4,
  expMonth: card.exp_month,
  expYear: card.exp_year,
});
