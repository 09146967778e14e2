import type { Prices } from '../domain/model.ts';
import type { Random } from './random.ts';

/**
 * What a shop would write on the label in each currency: a market's own level, rounded to its own habits.
 *
 * @param euro The price to aim for, in whole euro.
 */
export function labelPrices(euro: number, random: Random): Prices {
  // One draw for a whole product, by the caller's generator: its variants keep their order in every currency.
  const dollars = euro * (1.06 + random.next() * 0.06);
  const yen = euro * (152 + random.next() * 18);
  return { EUR: euroLabel(euro), USD: dollarLabel(dollars), JPY: yenLabel(yen) };
}

/** 89.90, or 24.95 for small things. */
const euroLabel = (euro: number): number => Math.round(euro) * 100 - (euro >= 50 ? 10 : 5);

/** 94.99, or 95.00 from 200 on. */
const dollarLabel = (dollars: number): number =>
  dollars >= 200 ? Math.round(dollars / 5) * 500 : Math.round(dollars) * 100 - 1;

/** 14 800, 1 480: steps of 100 with an 80 at the end for small things. */
const yenLabel = (yen: number): number =>
  yen >= 10_000 ? Math.round(yen / 100) * 100 : Math.round(yen / 100) * 100 - 20;
