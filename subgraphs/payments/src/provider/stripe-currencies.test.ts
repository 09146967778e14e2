import { expect, it } from '@jest/globals';
import { isCurrency } from '@tributary/subgraph-kit';
import { STRIPE_CURRENCIES } from './stripe-currencies.ts';

it('are currencies that everybody here knows, each once, those with special rules among them', () => {
  expect(STRIPE_CURRENCIES.filter((code) => !isCurrency(code))).toEqual([]);
  expect(new Set(STRIPE_CURRENCIES).size).toBe(STRIPE_CURRENCIES.length);
  expect(STRIPE_CURRENCIES).toEqual(expect.arrayContaining(['EUR', 'ISK', 'JPY', 'KWD', 'UGX', 'USD']));
});
