/** The users subgraph with real authenticators of a real browser, as far as a machine has them; what attackers try included. */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { decodeAttestationObject, isoBase64URL, isoCBOR } from '@simplewebauthn/server/helpers';
import type { Viewer } from '@tributary/service-kit';
import type { Browser } from 'playwright-core';
import {
  claimsOf,
  PASSWORD,
  startTestUsers,
  uuidOf,
  type SignedIn,
  type TestUsers,
} from '../subgraphs/users/src/testing/start-test-users.ts';
import { describeWithBrowser } from './find-browser.ts';
import { launchBrowser } from './launch-browser.ts';
import { openDevice, startSite, type Device, type Json, type Site } from './passkey-device.ts';

const BEGIN = 'mutation { passkeyRegistrationBegin { challengeId options userErrors { code } } }';
const COMPLETE = `mutation ($input: PasskeyRegistrationCompleteInput!) { passkeyRegistrationComplete(input: $input) {
  passkey { id name createdAt lastUsedAt backedUp } userErrors { code field } } }`;
const RENAME = `mutation ($input: PasskeyRenameInput!) { passkeyRename(input: $input) {
  passkey { id name } userErrors { code field } } }`;
const DELETE = 'mutation ($id: ID!) { passkeyDelete(id: $id) { deletedId userErrors { code } } }';
const LIST = '{ viewer { mfa { totpEnabled passkeys { id name lastUsedAt backedUp } } } }';
const SIGN_IN_BEGIN = 'mutation { passkeySignInBegin { challengeId options userErrors { __typename } } }';
const SIGN_IN = `mutation ($input: PasskeySignInCompleteInput!) { passkeySignInComplete(input: $input) {
  tokens { accessToken refreshToken } user { id email sessions { methods } } mfaChallenge { id }
  userErrors { __typename ... on AccountInputError { code } } } }`;
const REAUTHENTICATE = `mutation ($input: PasskeyReauthenticateInput!) { passkeyReauthenticate(input: $input) {
  accessToken userErrors { __typename ... on AccountInputError { code } } } }`;

const MINUTE_MS = 60_000;
const invalid = { userErrors: [{ __typename: 'AccountInputError', code: 'PASSKEY_INVALID' }] };
const ended = { userErrors: [{ __typename: 'AccountInputError', code: 'NOT_FOUND' }] };

interface Owner extends SignedIn {
  readonly device: Device;
  readonly passkeyId: string;
}

describeWithBrowser('passkeys', () => {
  let browser: Browser;
  let shop: Site;
  let elsewhere: Site;
  let users: TestUsers;
  const devices: Device[] = [];

  const ask = async (document: string, variables: Json = {}, viewer?: Viewer) => {
    const { data, errors } = await users.request(document, variables, viewer);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return Object.values(data)[0] as any; // eslint-disable-line @typescript-eslint/no-explicit-any
  };
  const freshly = (signedIn: SignedIn): Viewer => ({
    ...(signedIn.viewer as Extract<Viewer, { kind: 'user' }>),
    authTime: users.clock.now().getTime() / 1_000,
  });
  const newDevice = async (): Promise<Device> => {
    const device = await openDevice(browser, shop.origin);
    devices.push(device);
    return device;
  };
  const begin = (signedIn: SignedIn) => ask(BEGIN, {}, freshly(signedIn));
  const complete = (signedIn: SignedIn, input: Json) =>
    ask(COMPLETE, { input: { name: 'My phone', ...input } }, freshly(signedIn));
  /** An account with a passkey. */
  const newOwner = async (email: string): Promise<Owner> => {
    const signedIn = await users.registerAndSignIn(email);
    const device = await newDevice();
    const { challengeId, options } = await begin(signedIn);
    const { passkey } = await complete(signedIn, { challengeId, response: await device.create(options) });
    return { ...signedIn, device, passkeyId: passkey.id };
  };
  const signWith = async (device: Device) => {
    const { challengeId, options } = await ask(SIGN_IN_BEGIN);
    return { challengeId, response: await device.sign(options) };
  };
  const signIn = (input: Json) => ask(SIGN_IN, { input });
  const auditOf = async (id: string): Promise<string[]> => {
    const { rows } = await users.pool.query<{ type: string }>(
      'SELECT type FROM audit_events WHERE subject_id = $1 ORDER BY at, id',
      [uuidOf(id)],
    );
    return rows.map(({ type }) => type);
  };

  beforeAll(async () => {
    [browser, shop, elsewhere] = await Promise.all([launchBrowser(), startSite(), startSite()]);
    users = await startTestUsers({
      webOrigins: [shop.origin],
      relyingParty: { id: 'localhost', name: 'Test', origins: [shop.origin] },
    });
  });
  afterEach(async () => {
    await Promise.all(devices.splice(0).map((device) => device.close()));
  });
  afterAll(async () => {
    await Promise.all([browser.close(), shop.close(), elsewhere.close(), users.stop()]);
  });

  it('are added, listed, renamed, sign in without a name, and are removed', async () => {
    const ada = await users.registerAndSignIn('ada@example.org');
    const device = await newDevice();
    const { challengeId, options } = await begin(ada);
    expect(options).toMatchObject({
      rp: { id: 'localhost' },
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    const added = await complete(ada, { challengeId, response: await device.create(options) });
    expect(added).toEqual({
      passkey: {
        id: expect.stringMatching(/^pky_/),
        name: 'My phone',
        createdAt: users.clock.now().toISOString(),
        lastUsedAt: null,
        backedUp: false,
      },
      userErrors: [],
    });
    await users.receiveMail('ada@example.org', 'A passkey was added');
    const { id } = added.passkey;
    const renamed = await ask(RENAME, { input: { id, name: ' Work phone ' } }, ada.viewer);
    expect(renamed).toEqual({ passkey: { id, name: 'Work phone' }, userErrors: [] });

    users.clock.advanceMs(MINUTE_MS);
    const { tokens, user, mfaChallenge } = await signIn(await signWith(device));
    expect(claimsOf(tokens.accessToken)).toMatchObject({
      sub: ada.id,
      auth_time: users.clock.now().getTime() / 1_000,
    });
    expect(tokens.refreshToken).toMatch(/^[\w-]{43}$/);
    expect(mfaChallenge).toBeNull();
    expect(user).toMatchObject({ id: ada.id, email: 'ada@example.org' });
    expect(user.sessions).toContainEqual({ methods: ['PASSKEY'] });
    expect(await ask(LIST, {}, ada.viewer)).toEqual({
      mfa: {
        totpEnabled: false,
        passkeys: [{ id, name: 'Work phone', lastUsedAt: users.clock.now().toISOString(), backedUp: false }],
      },
    });

    expect(await ask(DELETE, { id }, freshly(ada))).toEqual({ deletedId: id, userErrors: [] });
    await users.receiveMail('ada@example.org', 'A passkey was removed');
    expect(await signIn(await signWith(device))).toMatchObject({ tokens: null, ...invalid });
    expect(await auditOf(ada.id)).toEqual(expect.arrayContaining(['PASSKEY_ADDED', 'PASSKEY_REMOVED']));
  });

  it('sign what was asked for once: not replayed, not late, not for another question', async () => {
    const { device } = await newOwner('once@example.org');
    const signed = await signWith(device);
    const answers = await Promise.all([signIn(signed), signIn(signed)]);
    expect(answers.filter(({ tokens }) => tokens !== null)).toHaveLength(1);
    expect(await signIn(signed)).toMatchObject({ tokens: null, ...ended });

    const { challengeId } = await ask(SIGN_IN_BEGIN);
    expect(await signIn({ ...signed, challengeId })).toMatchObject({ tokens: null, ...invalid });

    const late = await signWith(device);
    users.clock.advanceMs(5 * MINUTE_MS);
    expect(await signIn(late)).toMatchObject({ tokens: null, ...ended });
  });

  it('do not help with a challenge that was for adding one, nor another account', async () => {
    const [owner, other] = [await newOwner('asks@example.org'), await newOwner('other@example.org')];
    const forAdding = await begin(owner);
    const response = await owner.device.sign({ challenge: forAdding.options.challenge, rpId: 'localhost' });
    expect(await signIn({ challengeId: forAdding.challengeId, response })).toMatchObject(ended);

    const device = await newDevice();
    const made = await device.create(forAdding.options);
    expect(await complete(other, { challengeId: forAdding.challengeId, response: made })).toMatchObject({
      passkey: null,
      userErrors: [{ code: 'NOT_FOUND' }],
    });
  });

  it('are of no use to a page of another origin that has its visitor sign for it', async () => {
    const owner = await newOwner('phished@example.org');
    await owner.device.open(elsewhere.origin);
    expect(await signIn(await signWith(owner.device))).toMatchObject({ tokens: null, ...invalid });

    const device = await newDevice();
    await device.open(elsewhere.origin);
    const { challengeId, options } = await begin(owner);
    const response = await device.create(options);
    expect(await complete(owner, { challengeId, response })).toMatchObject({
      passkey: null,
      userErrors: [{ code: 'PASSKEY_INVALID' }],
    });
  });

  it('need whoever holds the device to unlock it, whatever the page asked for', async () => {
    const { device } = await newOwner('pickpocket@example.org');
    await device.setUserVerified(false);
    const { challengeId, options } = await ask(SIGN_IN_BEGIN);
    const response = await device.sign({ ...options, userVerification: 'discouraged' });

    expect(await signIn({ challengeId, response })).toMatchObject({ tokens: null, ...invalid });
  });

  it('are their owner’s alone', async () => {
    const [owner, other] = [await newOwner('owner@example.org'), await newOwner('thief@example.org')];
    const foreign = await signWith(other.device);
    expect(await ask(REAUTHENTICATE, { input: foreign }, owner.viewer)).toMatchObject({
      accessToken: null,
      ...invalid,
    });

    // The credential of one, said to be the other's.
    const signed = await signWith(other.device);
    const fields = signed.response['response'] as Json;
    const userHandle = Buffer.from(uuidOf(owner.id).replaceAll('-', ''), 'hex').toString('base64url');
    for (const forged of [
      { ...fields, userHandle },
      { ...fields, userHandle: undefined },
    ])
      expect(
        await signIn({
          ...(await signWith(other.device)),
          response: { ...signed.response, response: forged },
        }),
      ).toMatchObject({ tokens: null, ...invalid });

    for (const mutation of [
      ask(DELETE, { id: owner.passkeyId }, freshly(other)),
      ask(RENAME, { input: { id: owner.passkeyId, name: 'Mine' } }, other.viewer),
    ])
      expect(await mutation).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }] });
  });

  it('are added to one account only', async () => {
    const owner = await users.registerAndSignIn('first@example.org');
    const other = await users.registerAndSignIn('second@example.org');
    const device = await newDevice();
    const mine = await begin(owner);
    const theirs = await begin(other);
    const response = await device.create(mine.options);
    await complete(owner, { challengeId: mine.challengeId, response });
    // The other knows what the owner's authenticator said, and puts their own challenge in.
    const fields = response['response'] as Json;
    const said = JSON.parse(Buffer.from(String(fields['clientDataJSON']), 'base64url').toString()) as Json;
    const clientDataJSON = Buffer.from(
      JSON.stringify({ ...said, challenge: theirs.options.challenge }),
    ).toString('base64url');
    const replayed = { ...response, response: { ...fields, clientDataJSON } };

    expect(await complete(other, { challengeId: theirs.challengeId, response: replayed })).toMatchObject({
      passkey: null,
      userErrors: [{ code: 'PASSKEY_INVALID' }],
    });
  });

  it('that exist twice are noticed, refused, and told to their owner', async () => {
    const owner = await newOwner('cloned@example.org');
    await owner.device.setCounter(40);
    expect((await signIn(await signWith(owner.device))).userErrors).toEqual([]);
    await owner.device.setCounter(39);

    expect(await signIn(await signWith(owner.device))).toMatchObject({ tokens: null, ...invalid });
    await users.receiveMail('cloned@example.org', 'A passkey seems to exist twice');
    expect(await auditOf(owner.id)).toContain('PASSKEY_COPIED');
    // A signature that does not hold says nothing about copies.
    const signed = await signWith(owner.device);
    const fields = { ...(signed.response['response'] as Json), signature: 'AAAA' };
    await signIn({ ...signed, response: { ...signed.response, response: fields } });
    expect((await auditOf(owner.id)).filter((type) => type === 'PASSKEY_COPIED')).toHaveLength(1);
  });

  it('prove again who somebody is', async () => {
    const owner = await newOwner('again@example.org');
    users.clock.advanceMs(11 * MINUTE_MS);
    const { accessToken } = await ask(REAUTHENTICATE, { input: await signWith(owner.device) }, owner.viewer);

    expect(claimsOf(accessToken)).toMatchObject({
      sub: owner.id,
      sid: claimsOf(owner.accessToken).sid,
      auth_time: users.clock.now().getTime() / 1_000,
    });
  });

  it('with certificates that nobody asked for are refused, unread', async () => {
    const owner = await users.registerAndSignIn('certified@example.org');
    const device = await newDevice();
    const { challengeId, options } = await begin(owner);
    const response = await device.create(options);
    const fields = response['response'] as Json;
    const attestation = decodeAttestationObject(
      isoBase64URL.toBuffer(String(fields['attestationObject'])),
    ) as unknown as Map<string, unknown>;
    expect(attestation.get('fmt')).toBe('none');
    attestation.set('fmt', 'packed');
    attestation.set(
      'attStmt',
      new Map<string, unknown>([
        ['alg', -7],
        ['sig', new Uint8Array(8)],
        ['x5c', [new Uint8Array(8)]],
      ]),
    );
    const attestationObject = isoBase64URL.fromBuffer(isoCBOR.encode(attestation as never));

    expect(
      await complete(owner, {
        challengeId,
        response: { ...response, response: { ...fields, attestationObject } },
      }),
    ).toMatchObject({ passkey: null, userErrors: [{ code: 'PASSKEY_INVALID' }] });
  });

  it('of whoever registered an address first do not keep its owner out', async () => {
    const squatter = await newOwner('squatted@example.org');
    await ask(
      'mutation ($input: PasswordResetRequestInput!) { passwordResetRequest(input: $input) { accepted } }',
      { input: { email: 'squatted@example.org' } },
    );
    const { token } = await users.receiveMail('squatted@example.org', 'Set a new password');
    await ask('mutation ($input: PasswordResetInput!) { passwordReset(input: $input) { accepted } }', {
      input: { token, newPassword: `${PASSWORD}, anew` },
    });

    expect(await signIn(await signWith(squatter.device))).toMatchObject({ tokens: null, ...invalid });
  });

  it('do not sign in to a suspended account', async () => {
    const owner = await newOwner('suspended@example.org');
    await users.pool.query(
      `UPDATE users SET suspended_at = created_at, suspend_reason = 'test' WHERE id = $1`,
      [uuidOf(owner.id)],
    );

    expect(await signIn(await signWith(owner.device))).toMatchObject({
      tokens: null,
      userErrors: [{ __typename: 'AccountSuspendedError' }],
    });
  });
});
