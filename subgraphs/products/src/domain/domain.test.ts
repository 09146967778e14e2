import { describe, expect, it } from '@jest/globals';
import { collectProblems } from './catalog-error.ts';
import { readOptionalText, readText } from './read-text.ts';
import { fingerprintOf, trackedLines } from './reservation.ts';
import type { Prices } from './model.ts';
import { wordsOf } from './search-words.ts';
import { toSortKey } from './sort-key.ts';
import { stockStatus } from './stock-status.ts';
import { summarise } from './summarise.ts';

describe('texts', () => {
  const read = (value: string | null, rules = { maxLength: 10 }) => {
    const problems = collectProblems();
    return [readText(problems, ['f'], value, rules), problems.list.map(({ code }) => code)];
  };

  it('are trimmed and composed', () => {
    expect(read(' Cafe\u0301 ')).toEqual(['Café', []]);
  });

  it('are required or wrong, never both', () => {
    expect(read(null)).toEqual(['', ['REQUIRED']]);
    expect(read(' \n ')).toEqual(['', ['REQUIRED']]);
    expect(read('12345678901')).toEqual(['', ['INVALID']]);
    expect(read('\ud800')).toEqual(['', ['INVALID']]);
    expect(read('a\nb')).toEqual(['', ['INVALID']]);
  });

  it('keep their lines where lines are allowed', () => {
    const problems = collectProblems();
    expect(readOptionalText(problems, [], 'a\r\n\tb', { maxLength: 10, multiline: true })).toBe('a\n\tb');
    expect(readOptionalText(problems, [], 'a\u0000b', { maxLength: 10, multiline: true })).toBeNull();
    expect(problems.list).toHaveLength(1);
  });
});

describe('sort keys', () => {
  it('know neither case nor accents nor width', () => {
    expect(['Ärmel', 'ÅNGSTRÖM', 'Ｆｕｌｌ', ' a  b '].map(toSortKey)).toEqual([
      'armel',
      'angstrom',
      'full',
      'a b',
    ]);
  });

  it('are never cut in the middle of a character', () => {
    expect(toSortKey(`${'x'.repeat(119)}😀`)).toBe('x'.repeat(119));
  });
});

describe('search words', () => {
  it('are those of the whole text, however long it is', () => {
    expect(wordsOf(`${'lorem '.repeat(40)}Größe`)).toEqual([...Array<string>(40).fill('lorem'), 'große']);
    // One character that becomes eighteen.
    expect(wordsOf(`${'\ufdfa '.repeat(12)}last`).at(-1)).toBe('last');
    expect(wordsOf(`${'x'.repeat(39)}\u{20000}`)).toEqual(['x'.repeat(39)]);
  });
});

describe('summaries', () => {
  const priced = (prices: Prices, trackInventory = true) => ({ prices, trackInventory });

  it('take the lowest and highest price of each currency', () => {
    expect(summarise([priced({ EUR: 3, USD: 1 }), priced({ EUR: 0 }), priced({})], [])).toEqual({
      minPrice: { EUR: 0, USD: 1 },
      maxPrice: { EUR: 3, USD: 1 },
      inStock: false,
    });
    expect(summarise([], [{ sellable: 0 }, { sellable: 1 }]).inStock).toBe(true);
    expect(summarise([priced({}, false)], [{ sellable: 0 }]).inStock).toBe(true);
  });
});

describe('stock status', () => {
  const statusOf = (available: number, backorderLimit = 0, trackInventory = true) =>
    stockStatus(
      { trackInventory, lowStockThreshold: null },
      { onHand: available + 3, reserved: 3, sellable: available + backorderLimit },
    );

  it('is low up to five', () => {
    expect([-1, 0, 1, 5, 6].map((available) => statusOf(available))).toEqual([
      'OUT_OF_STOCK',
      'OUT_OF_STOCK',
      'LOW_STOCK',
      'LOW_STOCK',
      'IN_STOCK',
    ]);
    expect(stockStatus({ trackInventory: true, lowStockThreshold: null }, null)).toBe('OUT_OF_STOCK');
  });

  it('tells what is there from what has still to come', () => {
    expect([1, 0, -9, -10].map((available) => statusOf(available, 10))).toEqual([
      'LOW_STOCK',
      'BACKORDER',
      'BACKORDER',
      'OUT_OF_STOCK',
    ]);
  });

  it('is none of these when nobody counts', () => {
    expect(statusOf(0, 0, false)).toBe('NOT_TRACKED');
  });
});

describe('reservation requests', () => {
  it('are the same in any order of lines', () => {
    const lines = [
      { variantId: 'b', quantity: 1, trackInventory: true },
      { variantId: 'c', quantity: 1, trackInventory: false },
      { variantId: 'a', quantity: 2, trackInventory: true },
    ];
    expect(fingerprintOf({ currency: 'EUR', lines })).toBe(
      fingerprintOf({ currency: 'EUR', lines: [...lines].reverse() }),
    );
    expect(fingerprintOf({ currency: 'EUR', lines })).not.toBe(fingerprintOf({ currency: 'USD', lines }));
    expect(trackedLines(lines).map(({ variantId }) => variantId)).toEqual(['a', 'b']);
  });
});
