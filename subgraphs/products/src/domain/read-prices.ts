import { isCurrency } from '@tributary/subgraph-kit';
import type { FieldPath, Problems } from './catalog-error.ts';
import type { Prices } from './model.ts';

const MAX_CURRENCIES = 50;

export interface MoneyInput {
  readonly amount: number;
  readonly currency: string;
}

/** Zero is a price (a free download); each currency may be named once. */
export function readPrices(problems: Problems, field: FieldPath, prices: readonly MoneyInput[]): Prices {
  if (prices.length > MAX_CURRENCIES) {
    problems.add('LIMIT_EXCEEDED', field, `At most ${MAX_CURRENCIES} prices are kept for a variant.`);
    return {};
  }
  const read: Record<string, number> = {};
  prices.forEach(({ amount, currency }, index) => {
    const at = [...field, String(index)];
    if (!Number.isSafeInteger(amount) || amount < 0) {
      problems.add('INVALID', [...at, 'amount'], 'A price is a whole number of minor units, 0 or more.');
    } else if (!isCurrency(currency)) {
      problems.add('INVALID', [...at, 'currency'], 'This currency is not known.');
    } else if (Object.hasOwn(read, currency)) {
      problems.add('INVALID', [...at, 'currency'], `There is another price in ${currency}.`);
    } else {
      read[currency] = amount;
    }
  });
  return read;
}
