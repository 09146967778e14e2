import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Viewer } from '@tributary/service-kit';
import { addressIds, userIds } from './domain/ids.ts';
import { startTestUsers, type TestUsers } from './testing/start-test-users.ts';
import { userViewer } from '@tributary/testkit';

const FIELDS = `id recipientName company line1 line2 city region postalCode countryCode phone
  isDefaultShipping isDefaultBilling`;
const CREATE = `mutation ($input: AddressInput!) {
  addressCreate(input: $input) { address { ${FIELDS} } userErrors { message field code } }
}`;
const UPDATE = `mutation ($id: ID!, $input: AddressInput!, $expectedVersion: Int) {
  addressUpdate(id: $id, input: $input, expectedVersion: $expectedVersion) { address { ${FIELDS} version } userErrors { field code } }
}`;
const DELETE = `mutation ($id: ID!) { addressDelete(id: $id) { deletedId userErrors { field code } } }`;
const SET_DEFAULT = `mutation ($id: ID!, $kind: AddressKind!) {
  addressSetDefault(id: $id, kind: $kind) { address { id isDefaultShipping isDefaultBilling } userErrors { field code } }
}`;
const LIST = `{ viewer { addresses { id isDefaultShipping isDefaultBilling }
  defaultShippingAddress { id } defaultBillingAddress { id } } }`;

const HOME = { recipientName: 'Ada', line1: '12 Row', city: 'London', countryCode: 'GB' };

interface Listed {
  readonly addresses: {
    readonly id: string;
    readonly isDefaultShipping: boolean;
    readonly isDefaultBilling: boolean;
  }[];
  readonly defaultShippingAddress: { readonly id: string } | null;
  readonly defaultBillingAddress: { readonly id: string } | null;
}

describe('addresses', () => {
  let users: TestUsers;
  let viewer: Viewer;
  let count = 0;
  const run = async (query: string, variables: Readonly<Record<string, unknown>>, as: Viewer = viewer) => {
    const answer = await users.request(query, variables, as);
    const payload: unknown = Object.values((answer.data ?? {}) as Record<string, unknown>)[0];
    return { errors: answer.errors, ...(payload as Record<string, unknown> | undefined) } as Record<
      string,
      unknown
    >;
  };
  const create = async (input: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const { address } = (await run(CREATE, { input: { ...HOME, ...input } })) as { address: { id: string } };
    users.clock.advanceMs(1);
    return address.id;
  };
  const list = async (): Promise<Listed> => {
    const { data } = await users.request(LIST, {}, viewer);
    return (data as { viewer: Listed }).viewer;
  };

  beforeAll(async () => {
    users = await startTestUsers();
  });
  beforeEach(async () => {
    count += 1;
    viewer = userViewer(await users.register(`user${count}@example.org`));
  });
  afterAll(() => users.stop());

  it('keeps an address as it was given, trimmed and normalised', async () => {
    const input = {
      recipientName: ' Bjo\u0308rk ',
      company: 'Ice Ltd',
      line1: 'Laugavegur 101',
      line2: ' ',
      city: 'Reykjavík',
      region: null,
      postalCode: '101',
      countryCode: 'is',
      phone: '+354 555-0100',
    };

    expect(await run(CREATE, { input })).toMatchObject({
      userErrors: [],
      address: {
        id: expect.stringMatching(/^adr_[0-9a-z]{26}$/),
        recipientName: 'Bj\u00f6rk',
        company: 'Ice Ltd',
        line1: 'Laugavegur 101',
        line2: null,
        city: 'Reykjavík',
        region: null,
        postalCode: '101',
        countryCode: 'IS',
        phone: '+3545550100',
        isDefaultShipping: true,
        isDefaultBilling: true,
      },
    });
  });

  it('makes the first address the default of both kinds and the next ones of none', async () => {
    const first = await create();
    const second = await create();

    expect(await list()).toEqual({
      addresses: [
        { id: first, isDefaultShipping: true, isDefaultBilling: true },
        { id: second, isDefaultShipping: false, isDefaultBilling: false },
      ],
      defaultShippingAddress: { id: first },
      defaultBillingAddress: { id: first },
    });
  });

  it('moves the default of one kind and keeps that of the other', async () => {
    const first = await create();
    const second = await create();

    const moved = await run(SET_DEFAULT, { id: second, kind: 'BILLING' });
    const again = await run(SET_DEFAULT, { id: second, kind: 'BILLING' });

    const expected = {
      address: { id: second, isDefaultShipping: false, isDefaultBilling: true },
      userErrors: [],
    };
    expect(moved).toMatchObject(expected);
    expect(again).toMatchObject(expected);
    expect(await list()).toMatchObject({
      defaultShippingAddress: { id: first },
      defaultBillingAddress: { id: second },
    });
  });

  it('passes the defaults of a deleted address on to the oldest one left', async () => {
    const first = await create();
    const second = await create();
    const third = await create();
    await run(SET_DEFAULT, { id: third, kind: 'BILLING' });

    expect(await run(DELETE, { id: first })).toMatchObject({ deletedId: first, userErrors: [] });
    expect(await list()).toMatchObject({
      defaultShippingAddress: { id: second },
      defaultBillingAddress: { id: third },
    });
    await run(DELETE, { id: third });
    expect(await list()).toMatchObject({
      defaultShippingAddress: { id: second },
      defaultBillingAddress: { id: second },
    });
    await run(DELETE, { id: second });
    expect(await list()).toEqual({
      addresses: [],
      defaultShippingAddress: null,
      defaultBillingAddress: null,
    });
  });

  it('replaces the whole address on update and keeps its defaults', async () => {
    const id = await create({ company: 'Engine Works', phone: '+442079460101' });

    expect(await run(UPDATE, { id, input: { ...HOME, line1: '5 Lane' } })).toMatchObject({
      userErrors: [],
      address: { id, line1: '5 Lane', company: null, phone: null, isDefaultShipping: true },
    });
  });

  it('lets of two updates of one version one through', async () => {
    const id = await create();
    const update = (expectedVersion: number, line1: string) =>
      run(UPDATE, { id, expectedVersion, input: { ...HOME, line1 } });
    const answers = await Promise.all([update(0, '1 Lane'), update(0, '2 Lane')]);

    const refused = answers.filter(({ address }) => address === null);
    expect(refused).toMatchObject([
      { userErrors: [{ code: 'VERSION_MISMATCH', field: ['expectedVersion'] }] },
    ]);
    expect(await update(1, '3 Lane')).toMatchObject({ address: { line1: '3 Lane', version: 2 } });
    expect(await run(UPDATE, { id, input: HOME })).toMatchObject({ address: { version: 3 } });
  });

  it('keeps at most 25 addresses, also when many are added at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => run(CREATE, { input: HOME })));

    const refused = answers.filter(({ address }) => address === null);
    expect(refused).toHaveLength(5);
    expect(refused[0]?.['userErrors']).toMatchObject([{ code: 'LIMIT_EXCEEDED', field: null }]);
    const { addresses } = await list();
    expect(addresses).toHaveLength(25);
    expect(addresses.filter(({ isDefaultShipping }) => isDefaultShipping)).toHaveLength(1);
    expect(addresses.filter(({ isDefaultBilling }) => isDefaultBilling)).toHaveLength(1);
  });

  it('keeps exactly one default of each kind through concurrent changes', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => create()));

    await Promise.all([
      ...ids.map((id, i) => run(SET_DEFAULT, { id, kind: i % 2 === 0 ? 'SHIPPING' : 'BILLING' })),
      ...ids.slice(0, 4).map((id) => run(DELETE, { id })),
    ]);

    const { addresses } = await list();
    expect(addresses).toHaveLength(4);
    expect(addresses.filter(({ isDefaultShipping }) => isDefaultShipping)).toHaveLength(1);
    expect(addresses.filter(({ isDefaultBilling }) => isDefaultBilling)).toHaveLength(1);
  });

  it('shows later fields of one request the writes of earlier ones', async () => {
    const id = await create();
    const { data } = await users.request(
      `mutation ($id: ID!) {
        before: profileUpdate(input: {}) { user { addresses { id } } }
        addressDelete(id: $id) { deletedId }
        after: profileUpdate(input: {}) { user { addresses { id } } }
      }`,
      { id },
      viewer,
    );

    expect(data).toMatchObject({
      before: { user: { addresses: [{ id }] } },
      after: { user: { addresses: [] } },
    });
  });

  it('names every field that is wrong', async () => {
    const input = {
      recipientName: ' ',
      line1: 'x'.repeat(201),
      city: 'a\nb',
      countryCode: 'GB',
      postalCode: '1'.repeat(21),
      phone: '12',
    };

    for (const answer of [await run(CREATE, { input }), await run(UPDATE, { id: await create(), input })]) {
      expect(answer).toMatchObject({
        address: null,
        userErrors: [
          { code: 'REQUIRED', field: ['input', 'recipientName'] },
          { code: 'INVALID', field: ['input', 'line1'] },
          { code: 'INVALID', field: ['input', 'city'] },
          { code: 'INVALID', field: ['input', 'postalCode'] },
          { code: 'INVALID', field: ['input', 'phone'] },
        ],
      });
    }
  });

  it('answers BAD_USER_INPUT for a country that does not exist', async () => {
    const { errors } = await users.request(CREATE, { input: { ...HOME, countryCode: 'QQ' } }, viewer);

    expect(errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });

  it("answers NOT_FOUND for another user's address, an unknown one and no id at all", async () => {
    const foreign = await create();
    viewer = userViewer(await users.register(`stranger${count}@example.org`), ['users:read', 'users:admin']);

    for (const id of [foreign, addressIds.generate(), userIds.generate(), '', "'; DROP TABLE addresses"]) {
      const notFound = { userErrors: [{ code: 'NOT_FOUND', field: ['id'] }] };
      expect(await run(UPDATE, { id, input: HOME })).toMatchObject({ address: null, ...notFound });
      expect(await run(SET_DEFAULT, { id, kind: 'SHIPPING' })).toMatchObject({ address: null, ...notFound });
      expect(await run(DELETE, { id })).toMatchObject({ deletedId: null, ...notFound });
    }
  });

  it('answers NOT_FOUND when the account is gone', async () => {
    for (const id of [userIds.generate(), 'usr_nonsense']) {
      expect(await run(CREATE, { input: HOME }, userViewer(id))).toMatchObject({
        address: null,
        userErrors: [{ code: 'NOT_FOUND', field: null }],
      });
    }
  });

  it.each([
    ['addressCreate', CREATE, { input: HOME }],
    ['addressUpdate', UPDATE, { id: 'adr_x', input: HOME }],
    ['addressDelete', DELETE, { id: 'adr_x' }],
    ['addressSetDefault', SET_DEFAULT, { id: 'adr_x', kind: 'BILLING' }],
  ])('%s needs somebody who is signed in', async (_, mutation, variables) => {
    const { errors } = await users.request(mutation, variables);

    expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });
});
