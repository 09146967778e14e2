import { describe, expect, it } from '@jest/globals';
import { Assertion, isCounterPlausible } from './passkey.ts';

describe('the counter of a passkey', () => {
  it.each([
    [0, 0, true],
    [0, 1, true],
    [7, 8, true],
    [7, 700, true],
    [7, 7, false],
    [7, 6, false],
    [7, 0, false],
  ])('that was %i may be %i: %s', (known, told, isPlausible) => {
    expect(isCounterPlausible(known, told)).toBe(isPlausible);
  });
});

describe('what a browser sends', () => {
  const response = { clientDataJSON: 'e30', authenticatorData: 'AA', signature: 'AA' };
  const assertion = { id: 'AA', rawId: 'AA', type: 'public-key', response };

  it('is taken as its standard has it', () => {
    expect(Assertion.safeParse(assertion).success).toBe(true);
    expect(Assertion.safeParse({ ...assertion, authenticatorAttachment: 'platform' }).success).toBe(true);
  });

  it.each([
    ['another type', { ...assertion, type: 'password' }],
    ['no response', { ...assertion, response: undefined }],
    ['what is not base64url', { ...assertion, id: 'a b' }],
    ['what is longer than any', { ...assertion, response: { ...response, signature: 'A'.repeat(4_001) } }],
    ['a list', [assertion]],
  ])('is refused with %s', (_what, value) => {
    expect(Assertion.safeParse(value).success).toBe(false);
  });
});
