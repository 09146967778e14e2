import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Viewer } from '@tributary/service-kit';
import { startTestUsers, uuidOf, type SignedIn, type TestUsers } from './testing/start-test-users.ts';

const USER = 'user { roles status } userErrors { code field }';
const SUSPEND = `mutation ($input: UserSuspendInput!) { answer: userSuspend(input: $input) { ${USER} } }`;
const SET_ROLES = `mutation ($input: UserRolesSetInput!) { answer: userRolesSet(input: $input) { ${USER} } }`;
const ERASE = `mutation ($input: AccountErasureRequestInput!) { answer: accountErasureRequest(input: $input) {
  userErrors { code } } }`;

describe('the last administrator', () => {
  let users: TestUsers;
  let hired = 0;
  const ask = async (document: string, input: unknown, { viewer }: SignedIn) => {
    const authTime = users.clock.now().getTime() / 1_000;
    const fresh = { ...(viewer as Extract<Viewer, { kind: 'user' }>), authTime };
    const { data, errors } = await users.request(document, { input }, fresh);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data.answer;
  };
  const makeAdmin = ({ id }: { readonly id: string }) =>
    users.pool.query(`INSERT INTO user_roles VALUES ($1, 'ADMIN', now())`, [uuidOf(id)]);
  const hire = async (): Promise<SignedIn> => {
    hired += 1;
    const email = `admin${hired}@example.org`;
    await makeAdmin({ id: await users.register(email) });
    return users.signIn(email);
  };
  const suspend = ({ id }: SignedIn, by: SignedIn) => ask(SUSPEND, { id, reason: 'leaves' }, by);
  const setRoles = async ({ id }: SignedIn, roles: readonly string[], by: SignedIn) => {
    const [user] = await users.stores.users.findByIds([uuidOf(id)]);
    return ask(SET_ROLES, { id, roles, expectedVersion: user?.version }, by);
  };
  const resign = (who: SignedIn) => setRoles(who, ['CUSTOMER'], who);
  const refused = (field: string) => ({
    user: null,
    userErrors: [{ code: 'INVALID', field: ['input', field] }],
  });

  beforeAll(async () => {
    users = await startTestUsers();
  });
  beforeEach(() => users.pool.query(`DELETE FROM user_roles WHERE role = 'ADMIN'`));
  afterAll(() => users.stop());

  it('stays one when the last two resign at once', async () => {
    const pair = [await hire(), await hire()];

    const answers = await Promise.all(pair.map(resign));

    expect(answers.filter(({ user }) => user === null)).toEqual([refused('roles')]);
    const { rows } = await users.pool.query(`SELECT FROM user_roles WHERE role = 'ADMIN'`);
    expect(rows).toHaveLength(1);
  });

  it('cannot be suspended, but the last but one can', async () => {
    const [first, second] = [await hire(), await hire()];

    expect(await suspend(first, first)).toMatchObject({ user: { status: 'SUSPENDED' } });
    expect(await suspend(second, second)).toEqual(refused('id'));
  });

  it('is whoever is left when the others are suspended or about to be erased', async () => {
    const [left, suspended, leaving] = [
      await hire(),
      await hire(),
      await users.registerAndSignIn('leaving@example.org'),
    ];
    await suspend(suspended, left);
    expect(await ask(ERASE, { confirmEmail: leaving.email }, leaving)).toEqual({ userErrors: [] });
    // As it was possible once.
    await makeAdmin(leaving);

    expect(await resign(left)).toEqual(refused('roles'));
    expect(await suspend(left, left)).toEqual(refused('id'));
  });

  it('is not succeeded by an account that is about to be erased', async () => {
    const [left, leaving] = [await hire(), await users.registerAndSignIn('goes@example.org')];
    await ask(ERASE, { confirmEmail: leaving.email }, leaving);

    expect(await setRoles(leaving, ['ADMIN'], left)).toEqual(refused('roles'));
    expect(await setRoles(leaving, ['SUPPORT'], left)).toMatchObject({ user: { roles: ['SUPPORT'] } });
  });
});
