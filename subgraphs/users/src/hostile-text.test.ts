import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PASSWORD, startTestUsers, type TestUsers } from './testing/start-test-users.ts';

const UPDATE = `mutation ($input: ProfileUpdateInput!) { profileUpdate(input: $input) {
  user { displayName givenName } userErrors { code } } }`;
const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) {
  tokens { tokenType } userErrors { __typename } } }`;

describe('text that means something to other programs', () => {
  let users: TestUsers;

  beforeAll(async () => {
    users = await startTestUsers();
  });
  afterAll(() => users.stop());

  it.each([
    "Robert'); DROP TABLE users;--",
    '" OR ""="',
    '$1; SELECT pg_sleep(10)',
    '<script>alert(1)</script>',
    '{{constructor.constructor("return 1")()}}',
    '%s%n ../../etc/passwd',
    '\\x00 \\u0000 \\',
  ])('is stored and given back as it is: %s', async (text) => {
    const email = `text${Buffer.from(text).toString('hex').slice(0, 20)}@example.org`;
    const { viewer } = await users.registerAndSignIn(email);

    const { data } = await users.request(UPDATE, { input: { displayName: text, givenName: text } }, viewer);

    expect(data.profileUpdate).toEqual({ user: { displayName: text, givenName: text }, userErrors: [] });
    expect((await users.request('{ viewer { displayName } }', {}, viewer)).data.viewer.displayName).toBe(
      text,
    );
  });

  it('is a password like any other', async () => {
    const password = `${PASSWORD}'; DELETE FROM users; --`;
    await users.register('quoted@example.org', { password });
    const signIn = async (typed: string) =>
      (await users.request(SIGN_IN, { input: { email: 'quoted@example.org', password: typed } })).data.signIn;

    expect(await signIn(password)).toMatchObject({ tokens: { tokenType: 'Bearer' } });
    expect(await signIn("' OR '1'='1")).toMatchObject({
      userErrors: [{ __typename: 'InvalidCredentialsError' }],
    });
  });
});
