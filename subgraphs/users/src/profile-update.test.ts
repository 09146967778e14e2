import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userIds } from './domain/ids.ts';
import { startTestUsers, type SignedIn, type TestUsers } from './testing/start-test-users.ts';
import { userViewer } from '@tributary/testkit';

const UPDATE = `mutation ($input: ProfileUpdateInput!) {
  profileUpdate(input: $input) {
    user { displayName givenName familyName phone locale avatarUrl version }
    userErrors { message field code }
  }
}`;

describe('profileUpdate', () => {
  let users: TestUsers;
  let owner: SignedIn;
  const update = async (input: Readonly<Record<string, unknown>>) => {
    const answer = await users.request(UPDATE, { input }, owner.viewer);

    return { errors: answer.errors, ...answer.data?.profileUpdate };
  };

  beforeAll(async () => {
    users = await startTestUsers();
    owner = await users.registerAndSignIn('owner@example.org');
  });
  afterAll(() => users.stop());

  it('changes what is given, keeps what is left out, clears what is null', async () => {
    await update({ givenName: 'Grace', familyName: 'Hopper', phone: '+1 (202) 555-0107' });

    const { user } = await update({
      familyName: null,
      locale: 'de-ch',
      avatarUrl: 'https://example.org/a b.png',
    });

    expect(user).toMatchObject({
      displayName: 'Test Person',
      givenName: 'Grace',
      familyName: null,
      phone: '+12025550107',
      locale: 'de-CH',
      avatarUrl: 'https://example.org/a%20b.png',
    });
  });

  it('counts the version up with every write, and with none when nothing is given', async () => {
    const before = (await update({})) as { user: { version: number } };
    const after = (await update({ givenName: 'Ada' })) as { user: { version: number } };

    expect(after.user.version).toBe(before.user.version + 1);
    expect(await update({})).toMatchObject({ user: { version: after.user.version } });
  });

  it('refuses a write for a version that is no longer current', async () => {
    const { user } = (await update({ givenName: 'One' })) as { user: { version: number } };

    const current = await update({ givenName: 'Two', expectedVersion: user.version });
    const stale = await update({ givenName: 'Three', expectedVersion: user.version });

    expect(current).toMatchObject({ user: { givenName: 'Two' }, userErrors: [] });
    expect(stale).toMatchObject({
      user: null,
      userErrors: [{ code: 'VERSION_MISMATCH', field: ['input', 'expectedVersion'] }],
    });
    expect(await update({})).toMatchObject({ user: { givenName: 'Two' } });
  });

  it('lets one of many concurrent writes with the same version win', async () => {
    const { user } = (await update({})) as { user: { version: number } };

    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => update({ givenName: `Name ${i}`, expectedVersion: user.version })),
    );

    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
  });

  it.each([
    ['no display name', { displayName: null }, 'REQUIRED', 'displayName'],
    ['a blank display name', { displayName: ' \u00a0 ' }, 'REQUIRED', 'displayName'],
    ['a display name of 81 characters', { displayName: 'x'.repeat(81) }, 'INVALID', 'displayName'],
    ['a name of a million characters', { givenName: 'x'.repeat(1_000_000) }, 'INVALID', 'givenName'],
    ['a NUL in a name', { familyName: 'a\u0000b' }, 'INVALID', 'familyName'],
    ['no locale', { locale: null }, 'REQUIRED', 'locale'],
    ['a phone number without its country', { phone: '030 901820' }, 'INVALID', 'phone'],
    ['a phone number with too many digits', { phone: '+1234567890123456' }, 'INVALID', 'phone'],
    ['an avatar with a password', { avatarUrl: 'https://me:secret@example.org/' }, 'INVALID', 'avatarUrl'],
  ])('refuses %s', async (_, input, code, field) => {
    expect(await update(input)).toMatchObject({
      user: null,
      userErrors: [{ code, field: ['input', field] }],
    });
  });

  it.each([
    ['a phone number in letters', { phone: 'call me' }],
    ['a phone number made to stall a regular expression', { phone: `${'1'.repeat(60)}x` }],
    ['an avatar that is no URL', { avatarUrl: 'me.png' }],
    ['a version that is no number', { expectedVersion: 'latest' }],
    ['an e-mail address, which cannot be changed here', { email: 'new@example.org' }],
  ])('answers BAD_USER_INPUT for %s', async (_, input) => {
    const { errors } = (await update(input)) as { errors: { extensions: { code: string } }[] };

    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('needs somebody who is signed in', async () => {
    const { errors } = await users.request(UPDATE, { input: {} });

    expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });

  it('answers NOT_FOUND for an account that is gone', async () => {
    for (const id of [userIds.generate(), 'usr_nonsense']) {
      const { data } = await users.request(UPDATE, { input: { givenName: 'X' } }, userViewer(id));

      expect(data).toMatchObject({
        profileUpdate: { user: null, userErrors: [{ code: 'NOT_FOUND', field: null }] },
      });
    }
  });
});
