/** An exact amount: whole minor units (cents, yen, fils) and an ISO 4217 code, as in `type Money`. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
  /** The same amount in major units, "12.34". */
  readonly decimal: string;
}

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** Whether the code is an ISO 4217 currency this runtime knows. */
export const isCurrency = (code: string): boolean => CURRENCIES.has(code);

/**
 * @param amount Minor units, a safe integer.
 * @throws RangeError if it is not one: money is never rounded.
 */
export function toMoney(amount: number | bigint, currency: string): Money {
  const exact = Number(amount);
  if (!Number.isSafeInteger(exact))
    throw new RangeError(`not a whole number of minor units: ${String(amount)}`);
  return { amount: exact, currency, decimal: toDecimal(exact, currency) };
}

/**
 * Minor units in major ones, "12.34", exactly: a sum may be beyond the safe integers.
 *
 * @param amount A safe integer, or a bigint.
 */
export function toDecimal(amount: number | bigint, currency: string): string {
  const digits = minorUnitDigits(currency);
  const sign = amount < 0 ? '-' : '';
  const text = String(amount)
    .replace('-', '')
    .padStart(digits + 1, '0');
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/**
 * Those of which a major unit has not a hundred minor ones. Not asked of the runtime: ECMA-402 takes them from ISO 4217, but its data
 * (CLDR) leave out the decimals that nobody writes, of HUF and IDR for one, and change with its version.
 *
 * @see https://www.six-group.com/en/products-services/financial-information/data-standards.html ISO 4217, list one
 */
const DIGITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
    3: 'BHD IQD JOD KWD LYD OMR TND',
    4: 'CLF UYW',
  }).flatMap(([digits, codes]) => codes.split(' ').map((code) => [code, Number(digits)] as const)),
);

const minorUnitDigits = (currency: string): number => DIGITS.get(currency) ?? 2;
