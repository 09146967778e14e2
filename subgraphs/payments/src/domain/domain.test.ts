import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { containsCardNumber } from './card-number.ts';
import { newOrderNumber, readOrderNumber } from './order-number.ts';
import { retryDelayMs } from './retry-delay.ts';
import { amongAll } from './split.ts';

describe('containsCardNumber', () => {
  it.each(['4242424242424242', '4242-4242-4242-4242', 'card 378282246310005!', '6304000000000000'])(
    'sees %s',
    (text) => {
      expect(containsCardNumber(text)).toBe(true);
    },
  );

  it.each([
    '',
    'pm_card_visa',
    'pm_card_slow_5000',
    '4242424242424241',
    '123456789012',
    'pm_1PqR4242424242zzz',
  ])('lets %j pass', (text) => {
    expect(containsCardNumber(text)).toBe(false);
  });
});

describe('an amount among things', () => {
  it('is all of it in whole units, and to none more than it is worth', () => {
    const worth = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(
        fc.array(worth, { maxLength: 20 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (worths, part) => {
          const scaled = worths.map((own) => Math.floor(own / 20));
          const total = scaled.reduce((sum, own) => sum + own, 0);
          const amount = Math.min(total, Math.floor(total * part));
          const shares = amongAll(scaled, amount);
          expect(shares.reduce((sum, share) => sum + share, 0)).toBe(amount);
          expect(shares.every((share, index) => share >= 0 && share <= (scaled[index] ?? 0))).toBe(true);
        },
      ),
    );
  });
});

describe('an order number', () => {
  it('can be read back from how people type it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 5, maxLength: 5 }), (bytes) => {
        const number = newOrderNumber(() => bytes);
        expect(number).toMatch(/^TRB-[0-9A-HJKMNP-TV-Z]{8}$/);
        expect(readOrderNumber(` ${number.toLowerCase().replaceAll('1', 'l').replaceAll('0', 'o')} `)).toBe(
          number,
        );
      }),
    );
  });

  it('is told from other text', () => {
    for (const text of [
      '',
      'TRB-',
      'TRB-1234567',
      'TRB-123456789',
      'TRB-1234567U',
      'ABC-12345678',
      'TRB-1234567\u0000',
    ]) {
      expect(readOrderNumber(text)).toBeUndefined();
    }
  });
});

describe('retryDelayMs', () => {
  it('doubles its ceiling with each attempt, up to 30 seconds', () => {
    expect([1, 2, 3, 8, 9, 1_000].map((attempt) => retryDelayMs(attempt, () => 1))).toEqual([
      200, 400, 800, 25_600, 30_000, 30_000,
    ]);
  });

  it('is spread over the whole range', () => {
    expect(retryDelayMs(3, () => 0)).toBe(0);
    expect(retryDelayMs(3, () => 0.5)).toBe(400);
  });
});
