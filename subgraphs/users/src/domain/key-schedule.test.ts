import { describe, expect, it } from '@jest/globals';
import { nextKeyActiveFrom, publishedKeysAt, signingKeyAt } from './key-schedule.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const at = (ms: number): Date => new Date(ms);
const TOKEN_LIFETIME_MS = 5 * MINUTE_MS;

const old = { kid: 'old', activeFrom: at(0) };
const next = { kid: 'next', activeFrom: at(30 * DAY_MS) };

describe('the schedule of signing keys', () => {
  it('makes the first key at once, the next one ten minutes before it is due', () => {
    expect(nextKeyActiveFrom([], at(7))).toEqual(at(7));
    expect(nextKeyActiveFrom([old], at(30 * DAY_MS - 10 * MINUTE_MS - 1))).toBeUndefined();
    expect(nextKeyActiveFrom([old], at(30 * DAY_MS - 10 * MINUTE_MS))).toEqual(next.activeFrom);
    expect(nextKeyActiveFrom([old, next], at(30 * DAY_MS))).toBeUndefined();
  });

  it('lets everybody know a key for ten minutes also when nobody ran for a year', () => {
    expect(nextKeyActiveFrom([old], at(400 * DAY_MS))).toEqual(at(400 * DAY_MS + 10 * MINUTE_MS));
  });

  it('signs with the newest whose time has come', () => {
    expect(signingKeyAt([next, old], at(30 * DAY_MS - 1))).toBe(old);
    expect(signingKeyAt([next, old], at(30 * DAY_MS))).toBe(next);
    expect(signingKeyAt([next], at(0))).toBeUndefined();
  });

  it.each([
    ['both before the change', 30 * DAY_MS - 1, ['next', 'old']],
    ['both while tokens of the old one are valid', 30 * DAY_MS + 6 * MINUTE_MS - 1, ['next', 'old']],
    ['the new one alone afterwards', 30 * DAY_MS + 6 * MINUTE_MS, ['next']],
  ])('publishes %s', (_, nowMs, kids) => {
    expect(publishedKeysAt([old, next], TOKEN_LIFETIME_MS, at(nowMs)).map(({ kid }) => kid)).toEqual(kids);
  });
});
