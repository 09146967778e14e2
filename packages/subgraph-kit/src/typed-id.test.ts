import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { typedId } from './typed-id.ts';

const user = typedId('usr');

describe('typed id', () => {
  it('gives back every UUID it was made from', () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        expect(user.toUuid(user.fromUuid(uuid))).toBe(uuid);
      }),
    );
  });

  it('sorts by time', async () => {
    const first = user.generate();
    await new Promise((resolve) => setTimeout(resolve, 2));

    expect(user.generate() > first).toBe(true);
  });

  it.each([
    ['of another type', typedId('ord').generate()],
    ['too short', 'usr_123'],
    ['with letters outside the alphabet', `usr_${'u'.repeat(26)}`],
    ['over 128 bits', `usr_${'z'.repeat(26)}`],
    ['empty', ''],
  ])('refuses an id %s', (_what, id) => {
    expect(user.toUuid(id)).toBeUndefined();
  });
});
