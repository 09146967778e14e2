import { describe, expect, it } from '@jest/globals';
import { decideRotation } from './refresh-rotation.ts';

const at = (seconds: number): Date => new Date(seconds * 1_000);
const NEVER = null;

const token = { generation: 3, expiresAt: at(1_000), usedAt: NEVER as Date | null };
const family = { revokedAt: NEVER as Date | null, absoluteExpiresAt: at(5_000), newestGeneration: 3 };

describe('decideRotation', () => {
  it.each([
    ['rotates the live token', token, family, at(999), 'ROTATE'],
    ['expires it at its very moment', token, family, at(1_000), 'EXPIRED'],
    [
      'expires all of a session that is too old',
      { ...token, expiresAt: at(9_000) },
      family,
      at(5_000),
      'EXPIRED',
    ],
    ['ends with the session', token, { ...family, revokedAt: at(10) }, at(20), 'ENDED'],
    [
      'replays the preceding one within ten seconds',
      { ...token, generation: 2, usedAt: at(20) },
      family,
      at(30),
      'REPLAY',
    ],
    [
      'replays when clocks of two instances differ',
      { ...token, generation: 2, usedAt: at(20) },
      family,
      at(19),
      'REPLAY',
    ],
    [
      'sees reuse after ten seconds',
      { ...token, generation: 2, usedAt: at(20) },
      family,
      at(30.001),
      'REUSED',
    ],
    [
      'sees reuse of an older one at once',
      { ...token, generation: 1, usedAt: at(20) },
      family,
      at(20),
      'REUSED',
    ],
    [
      'sees reuse of a used one that would have expired',
      { ...token, generation: 1, usedAt: at(20) },
      family,
      at(2_000),
      'REUSED',
    ],
  ] as const)('%s', (_, presented, ofFamily, now, decision) => {
    expect(decideRotation(presented, ofFamily, now)).toBe(decision);
  });
});
