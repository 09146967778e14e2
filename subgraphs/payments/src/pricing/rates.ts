import * as z from 'zod';

/** ISO 3166-1, or `*` for every other country. */
const country = z.string().regex(/^([A-Z]{2}|\*)$/, 'a country is two capital letters, or *');
const amount = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const place = {
  countries: z.array(country).min(1),
  /** As buyers write them in an address; capitals do not matter. Without them: the whole country. */
  regions: z.array(z.string().min(1)).min(1).optional(),
};

/** The tables of `RATES_PATH`. Of several rows that fit, the most exact counts: region, then country, then category. */
export const Rates = z.strictObject({
  shipping: z
    .array(
      z.strictObject({
        ...place,
        prices: z
          .array(
            z.strictObject({
              currency: z.string().regex(/^[A-Z]{3}$/, 'a currency is three capital letters'),
              /** Minor units. */
              amount,
              /** Goods worth this much or more are sent for nothing. */
              freeFrom: amount.optional(),
            }),
          )
          .min(1),
      }),
    )
    .default([]),
  taxes: z
    .array(
      z.strictObject({
        ...place,
        /** Of a variant, or `shipping`. Without one: all of them. */
        category: z.string().min(1).optional(),
        percent: z
          .string()
          .regex(/^\d{1,2}(\.\d{1,4})?$/, 'a rate is a text like "19" or "7.25", with at most four decimals'),
      }),
    )
    .default([]),
});
export type Rates = z.infer<typeof Rates>;

interface Row {
  readonly countries: readonly string[];
  readonly regions?: readonly string[] | undefined;
  readonly category?: string | undefined;
}

interface Place {
  readonly countryCode: string;
  readonly region: string | null;
}

/** The most exact row that fits, the first of equals. */
export function findRow<T extends Row>(
  rows: readonly T[],
  { countryCode, region }: Place,
  category?: string,
): T | undefined {
  const asked = normalize(region ?? '');
  let best: T | undefined;
  let bestRank = -1;
  for (const row of rows) {
    const inCountry = row.countries.includes(countryCode);
    if (!inCountry && !row.countries.includes('*')) continue;
    if (row.regions?.some((name) => normalize(name) === asked) === false) continue;
    if (row.category !== undefined && row.category !== category) continue;
    const rank =
      (row.regions === undefined ? 0 : 4) + (inCountry ? 2 : 0) + (row.category === undefined ? 0 : 1);
    if (rank > bestRank) [best, bestRank] = [row, rank];
  }
  return best;
}

const normalize = (region: string): string => region.trim().normalize('NFC').toLowerCase();
