import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ANONYMOUS, type Viewer } from '@tributary/service-kit';
import { encodeCursor } from '@tributary/subgraph-kit';
import { userIds } from './domain/ids.ts';
import { startTestUsers, type TestUsers } from './testing/start-test-users.ts';
import { userViewer } from '@tributary/testkit';

const PRIVATE_FIELDS = `email givenName familyName phone locale roles scopes createdAt lastSignInAt version
  addresses { id } defaultShippingAddress { id } defaultBillingAddress { id }`;
const ADDRESS = `mutation { addressCreate(input: {
  recipientName: "Ada", line1: "12 Row", city: "London", countryCode: "GB"
}) { address { id } } }`;

describe('reading users', () => {
  let users: TestUsers;
  /** Oldest first. */
  const ids: string[] = [];
  const support = (): Viewer => userViewer(ids[0] ?? '', ['users:read']);
  const service: Viewer = { kind: 'service', id: 'payments', scopes: [] };
  const codeOf = async (query: string, viewer: Viewer, variables = {}): Promise<string | undefined> =>
    (await users.request(query, variables, viewer)).errors?.[0]?.extensions?.code;

  beforeAll(async () => {
    users = await startTestUsers();
    for (let i = 0; i < 12; i += 1) {
      const id = await users.register(`reader${i}@example.org`, { displayName: `Reader ${i}` });
      ids.push(id);
      await users.request(ADDRESS, {}, userViewer(id));
      // Pairs made in the same millisecond: the id has to break the tie.
      if (i % 2 === 1) users.clock.advanceMs(1);
    }
  });
  afterAll(() => users.stop());

  describe('viewer', () => {
    const VIEWER = '{ viewer { id displayName } }';

    it('is the signed-in user', async () => {
      const { data } = await users.request(VIEWER, {}, userViewer(ids[3] ?? ''));

      expect(data).toEqual({ viewer: { id: ids[3], displayName: 'Reader 3' } });
    });

    it('is null for anonymous callers, services and accounts that are gone', async () => {
      for (const viewer of [ANONYMOUS, userViewer(userIds.generate()), userViewer('usr_nonsense')]) {
        expect((await users.request(VIEWER, {}, viewer)).data).toEqual({ viewer: null });
      }
      const token = await (await users.trust.serviceSigner('payments')).sign(service, 'users');
      const response = await fetch(`${users.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: VIEWER }),
      });
      expect(await response.json()).toEqual({ data: { viewer: null } });
    });
  });

  describe('user', () => {
    const USER = `query ($id: ID!) { user(id: $id) { id ${PRIVATE_FIELDS} } }`;

    it('shows the whole account to its owner and to holders of users:read', async () => {
      for (const viewer of [userViewer(ids[2] ?? ''), support()]) {
        const { data, errors } = await users.request(USER, { id: ids[2] }, viewer);

        expect(errors).toBeUndefined();
        expect(data).toMatchObject({
          user: { id: ids[2], email: 'reader2@example.org', roles: ['CUSTOMER'], scopes: [], version: 0 },
        });
      }
    });

    it('is refused to everybody else', async () => {
      expect(await codeOf(USER, ANONYMOUS, { id: ids[2] })).toBe('UNAUTHENTICATED');
      expect(await codeOf(USER, userViewer(ids[3] ?? '', ['users:admin']), { id: ids[2] })).toBe('FORBIDDEN');
      expect(await codeOf(USER, userViewer(ids[3] ?? ''), { id: 'nonsense' })).toBe('FORBIDDEN');
    });

    it.each(['usr_nonsense', '', 'adr_01k000000000000000000000000', '\u0000', 'x'.repeat(100_000)])(
      'is null for an id that cannot exist (%#)',
      async (id) => {
        expect((await users.request(USER, { id }, support())).data).toEqual({ user: null });
      },
    );

    it('is null for an id that is nobody’s', async () => {
      expect((await users.request(USER, { id: userIds.generate() }, support())).data).toEqual({ user: null });
    });
  });

  describe('users', () => {
    const USERS = `query ($first: Int, $after: String, $last: Int, $before: String) {
      users(first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { id } } nodes { id }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }`;
    interface Connection {
      readonly edges: readonly { readonly cursor: string }[];
      readonly nodes: readonly { readonly id: string }[];
      readonly pageInfo: {
        readonly hasNextPage: boolean;
        readonly hasPreviousPage: boolean;
        readonly startCursor: string | null;
        readonly endCursor: string | null;
      };
    }
    const page = async (variables: Readonly<Record<string, unknown>>): Promise<Connection> => {
      const { data } = await users.request(USERS, variables, support());
      return (data as { users: Connection }).users;
    };
    /** Twins of one millisecond come in the order of their ids, which within it is random. */
    const newestFirst = async (): Promise<string[]> => (await page({ first: 100 })).nodes.map(({ id }) => id);

    it('needs the scope users:read', async () => {
      expect(await codeOf(USERS, ANONYMOUS)).toBe('UNAUTHENTICATED');
      expect(await codeOf(USERS, userViewer(ids[0] ?? ''))).toBe('FORBIDDEN');
    });

    it('walks all accounts forward, newest first, each once', async () => {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const { nodes, pageInfo }: Connection = await page({ first: 5, after });
        seen.push(...nodes.map(({ id }) => id));
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      } while (after !== null);

      expect(seen).toEqual(await newestFirst());
      expect(new Set(seen)).toEqual(new Set(ids));
      expect(new Set(seen.slice(0, 2))).toEqual(new Set(ids.slice(-2)));
    });

    it('walks them backward just as well', async () => {
      const seen: string[] = [];
      let before: string | null = null;
      do {
        const { nodes, pageInfo }: Connection = await page({ last: 5, before });
        seen.unshift(...nodes.map(({ id }) => id));
        before = pageInfo.hasPreviousPage ? pageInfo.startCursor : null;
      } while (before !== null);

      expect(seen).toEqual(await newestFirst());
    });

    it('gives an empty page after the last cursor', async () => {
      const { edges } = await page({ first: 100 });

      expect(await page({ first: 5, after: edges.at(-1)?.cursor })).toMatchObject({
        edges: [],
        nodes: [],
        pageInfo: { hasNextPage: false, startCursor: null, endCursor: null },
      });
    });

    it('counts only when asked to', async () => {
      const without = await users.countQueries(() =>
        users.request('{ users { nodes { id } } }', {}, support()),
      );
      const { data } = await users.request('{ users(first: 1) { totalCount } }', {}, support());

      expect(without).toBe(1);
      expect(data).toEqual({ users: { totalCount: 12 } });
    });

    it.each([
      ['first: 0', { first: 0 }],
      ['first: -1', { first: -1 }],
      ['first: 101', { first: 101 }],
      ['last: 101', { last: 101 }],
      ['after with last', { last: 5, after: encodeCursor('newest', [0, 'x']) }],
    ])('answers BAD_USER_INPUT for %s', async (_, variables) => {
      expect(await codeOf(USERS, support(), variables)).toBe('BAD_USER_INPUT');
    });

    it.each([
      ['text', 'nonsense'],
      ['an empty string', ''],
      ['a cursor of another order', encodeCursor('name', [1, userIds.generate()])],
      ['an id that is none', encodeCursor('newest', [1, 'usr_x'])],
      ['a time that is text', encodeCursor('newest', ['now', userIds.generate()])],
      ['a time out of range', encodeCursor('newest', [8.64e15, userIds.generate()])],
      ['a fraction of a millisecond', encodeCursor('newest', [0.5, userIds.generate()])],
      ['too many values', encodeCursor('newest', [1, userIds.generate(), 1])],
    ])('answers INVALID_CURSOR for %s', async (_, after) => {
      expect(await codeOf(USERS, support(), { first: 5, after })).toBe('INVALID_CURSOR');
    });

    it('reads roles, scopes and addresses of a whole page with one query each', async () => {
      const query = `{ users(first: 100) { totalCount nodes { ${PRIVATE_FIELDS} } } }`;

      const queries = await users.countQueries(async () => {
        const { data } = await users.request(query, {}, support());
        expect((data as { users: Connection }).users.nodes).toHaveLength(12);
      });

      // The page, its total, the grants, the addresses.
      expect(queries).toBe(4);
    });
  });

  describe('_entities', () => {
    const ENTITIES = `query ($representations: [_Any!]!) {
      _entities(representations: $representations) { ... on User { id displayName ${PRIVATE_FIELDS} } }
    }`;
    const entities = async (wanted: readonly unknown[], viewer: Viewer): Promise<unknown[]> => {
      const representations = wanted.map((id) => ({ __typename: 'User', id }));
      const { data } = await users.request(ENTITIES, { representations }, viewer);
      return (data as { _entities: unknown[] })._entities;
    };

    it('answers in the order asked, null for what does not exist, with one query per kind of row', async () => {
      const wanted = [ids[4], userIds.generate(), ids[1], 'nonsense', ids[4], 7, null, undefined, ids[9]];

      const queries = await users.countQueries(async () => {
        expect(await entities(wanted, support())).toMatchObject([
          { id: ids[4] },
          null,
          { id: ids[1] },
          null,
          { id: ids[4] },
          null,
          null,
          null,
          { id: ids[9], email: 'reader9@example.org', roles: ['CUSTOMER'] },
        ]);
      });

      expect(queries).toBe(3);
    });

    it('costs one query for a hundred users', async () => {
      const wanted = Array.from({ length: 100 }, (_, i) => ids[i] ?? userIds.generate());

      expect(await users.countQueries(() => entities(wanted, ANONYMOUS))).toBe(1);
    });

    it('shows anybody the public name and nothing else, the owner their own account', async () => {
      const nothing = {
        email: null,
        givenName: null,
        familyName: null,
        phone: null,
        locale: null,
        roles: null,
        scopes: null,
        createdAt: null,
        lastSignInAt: null,
        version: null,
        addresses: null,
        defaultShippingAddress: null,
        defaultBillingAddress: null,
      };

      expect(await entities([ids[5]], ANONYMOUS)).toEqual([
        { id: ids[5], displayName: 'Reader 5', ...nothing },
      ]);
      expect(await entities([ids[5], ids[6]], userViewer(ids[5] ?? ''))).toEqual([
        expect.objectContaining({ email: 'reader5@example.org', version: 0, addresses: [expect.anything()] }),
        { id: ids[6], displayName: 'Reader 6', ...nothing },
      ]);
    });
  });
});
