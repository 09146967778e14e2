/** What passkeys answer without an authenticator; with one: e2e/passkeys.test.ts. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Viewer } from '@tributary/service-kit';
import type { GraphqlRequest } from '@tributary/testkit';
import { startTestUsers, type SignedIn, type TestUsers } from './testing/start-test-users.ts';

const BEGIN = 'mutation { passkeyRegistrationBegin { challengeId options userErrors { code } } }';
const COMPLETE = `mutation ($input: PasskeyRegistrationCompleteInput!) { passkeyRegistrationComplete(input: $input) {
  passkey { id } userErrors { code field } } }`;
const RENAME = `mutation ($input: PasskeyRenameInput!) { passkeyRename(input: $input) {
  passkey { id } userErrors { code field } } }`;
const DELETE = 'mutation ($id: ID!) { passkeyDelete(id: $id) { deletedId userErrors { code } } }';
const SIGN_IN_BEGIN = `mutation { passkeySignInBegin { challengeId options
  userErrors { __typename ... on AccountInputError { code } } } }`;
const SIGN_IN = `mutation ($input: PasskeySignInCompleteInput!) { passkeySignInComplete(input: $input) {
  tokens { accessToken } userErrors { __typename ... on AccountInputError { code } } } }`;
const REAUTHENTICATE = `mutation ($input: PasskeyReauthenticateInput!) { passkeyReauthenticate(input: $input) {
  accessToken userErrors { __typename ... on AccountInputError { code } } } }`;

const MADE_UP = 'A'.repeat(43);
const NOTHING = { challengeId: MADE_UP, response: {} };

describe('passkeys', () => {
  let users: TestUsers;
  let ada: SignedIn;
  const ask = async (document: string, variables = {}, viewer?: Viewer, request?: GraphqlRequest) => {
    const { data, errors } = await (request ?? users.request)(document, variables, viewer);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return Object.values(data)[0] as any; // eslint-disable-line @typescript-eslint/no-explicit-any
  };
  const signedInAgo = (seconds: number): Viewer => ({
    ...(ada.viewer as Extract<Viewer, { kind: 'user' }>),
    authTime: users.clock.now().getTime() / 1_000 - seconds,
  });

  beforeAll(async () => {
    users = await startTestUsers();
    ada = await users.registerAndSignIn('ada@example.org');
  });
  afterAll(() => users.stop());

  it.each([
    [BEGIN, {}],
    [COMPLETE, { input: { ...NOTHING, name: 'x' } }],
    [DELETE, { id: 'pky_x' }],
  ])('are added and removed only by whoever has just signed in: %s', async (mutation, variables) => {
    const again = { userErrors: [{ code: 'REAUTHENTICATION_REQUIRED' }] };
    expect(await ask(mutation, variables, signedInAgo(601))).toMatchObject(again);
    expect(await ask(mutation, variables, ada.viewer)).toMatchObject(again);
  });

  it.each([
    [BEGIN, {}],
    [COMPLETE, { input: { ...NOTHING, name: 'x' } }],
    [RENAME, { input: { id: 'pky_x', name: 'x' } }],
    [DELETE, { id: 'pky_x' }],
    [REAUTHENTICATE, { input: NOTHING }],
  ])('need somebody who is signed in: %s', async (mutation, variables) => {
    const { errors } = await users.request(mutation, variables);

    expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });

  it('refuse what is no answer of an authenticator, and use up its challenge', async () => {
    for (const response of [
      {},
      { id: 'x' },
      { id: 'AA', rawId: 'AA', type: 'public-key', response: { clientDataJSON: 'AA' } },
      { id: "'; DROP TABLE passkeys", rawId: 'AA', type: 'public-key', response: {} },
    ]) {
      const { challengeId } = await ask(SIGN_IN_BEGIN);
      const invalid = { tokens: null, userErrors: [{ code: 'PASSKEY_INVALID' }] };
      expect(await ask(SIGN_IN, { input: { challengeId, response } })).toMatchObject(invalid);
      const ended = { userErrors: [{ code: 'NOT_FOUND' }] };
      expect(await ask(SIGN_IN, { input: { challengeId, response } })).toMatchObject(ended);

      const fresh = signedInAgo(0);
      const begun = await ask(BEGIN, {}, fresh);
      const input = { challengeId: begun.challengeId, name: 'x', response };
      expect(await ask(COMPLETE, { input }, fresh)).toMatchObject({
        passkey: null,
        userErrors: [{ code: 'PASSKEY_INVALID' }],
      });
    }
    for (const challengeId of ['', 'x', MADE_UP])
      expect(await ask(SIGN_IN, { input: { challengeId, response: {} } })).toMatchObject({
        userErrors: [{ code: 'NOT_FOUND' }],
      });
    const { errors } = await users.request(SIGN_IN, { input: { challengeId: MADE_UP, response: [] } });
    expect(errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });

  it('are named, and not by nothing, a line break or a novel', async () => {
    for (const name of [' ', 'a\nb', 'x'.repeat(81)]) {
      const refused = { passkey: null, userErrors: [{ field: ['input', 'name'] }] };
      expect(await ask(RENAME, { input: { id: 'pky_x', name } }, ada.viewer)).toMatchObject(refused);
      const input = { ...NOTHING, name };
      expect(await ask(COMPLETE, { input }, signedInAgo(0))).toMatchObject(refused);
    }
    expect(await ask(RENAME, { input: { id: 'pky_x', name: 'x' } }, ada.viewer)).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND' }],
    });
  });

  it('do not let one network fill the table of challenges', async () => {
    const request = users.requestFrom('203.0.113.9');
    for (let i = 0; i < 60; i += 1)
      expect((await ask(SIGN_IN_BEGIN, {}, undefined, request)).userErrors).toEqual([]);
    expect(await ask(SIGN_IN_BEGIN, {}, undefined, request)).toMatchObject({
      challengeId: null,
      userErrors: [{ __typename: 'RateLimitedError' }],
    });
    expect((await ask(SIGN_IN_BEGIN)).userErrors).toEqual([]);
  });
});

describe('passkeys of a service that knows no pages', () => {
  let users: TestUsers;
  beforeAll(async () => {
    users = await startTestUsers({ webOrigins: [], relyingParty: undefined });
  });
  afterAll(() => users.stop());

  it('are not available, and it says what is missing', async () => {
    const message = 'Passkeys are not available: the service has no WEB_ORIGINS.';
    const { data } = await users.request(
      'mutation { passkeySignInBegin { challengeId userErrors { ... on AccountInputError { message } } } }',
    );
    expect(data).toEqual({ passkeySignInBegin: { challengeId: null, userErrors: [{ message }] } });
  });
});
