const DECIMALS = 4;
/** A percent in units of 10^-4 percent, so a whole is this many. */
const WHOLE = 100n * 10n ** BigInt(DECIMALS);

/**
 * Exact, then rounded to a whole minor unit, half up.
 *
 * @param amount Minor units, not negative.
 * @param percent At most four decimals, as `Rates` has them.
 */
export function taxOf(amount: bigint, percent: string): number {
  const [whole = '0', fraction = ''] = percent.split('.');
  const rate = BigInt(whole + fraction.padEnd(DECIMALS, '0'));
  return Number((amount * rate + WHOLE / 2n) / WHOLE);
}
