import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';
import { as, permissionsOfHeader as credentials } from '../testing/permissions-of-header.ts';

const start = graphsOfATest();

const unauthorized = (...paths: string[]) =>
  paths.map((path) => ({
    message: 'Unauthorized field or type',
    path: path.split('.'),
    extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
  }));

const ACCOUNTS = `
  type Query {
    me: User
    users: [User!]
    vault: Vault
    search: [Found!]
    nodes: [Node]
    scoped: String @requiresScopes(scopes: [["a", "b"], ["c"]])
    ruled: String @policy(policies: [["p", "q"]])
  }
  type Mutation { open: Int close: Int @authenticated }
  type User implements Node @key(fields: "id") {
    id: ID!
    name: String
    email: String @authenticated
    salary: Int! @requiresScopes(scopes: [["hr"]])
    friend: User
  }
  type Vault implements Node @authenticated { id: ID! gold: Int }
  union Found = User | Vault
  interface Node { id: ID! }
`;
const STOCK = `
  type User @key(fields: "id") {
    id: ID!
    email: String @external
    greeting: String @requires(fields: "email") @authenticated
  }
`;
const ADA = { __typename: 'User', id: '1', name: 'Ada', email: 'ada@example.com', salary: 7 };
const VAULT = { __typename: 'Vault', id: '9', gold: 3 };

const DEFINITIONS = {
  accounts: {
    sdl: ACCOUNTS,
    resolvers: {
      Query: {
        me: () => ({ ...ADA, friend: ADA }),
        users: () => [ADA, ADA],
        vault: () => VAULT,
        search: () => [ADA, VAULT],
        nodes: () => [ADA, VAULT],
        scoped: () => 'scoped',
        ruled: () => 'ruled',
      },
      Mutation: { open: () => 1, close: () => 2 },
      User: { __resolveReference: () => ADA },
    },
  },
  stock: {
    sdl: STOCK,
    resolvers: { User: entity({ greeting: () => 'hello' }) },
  },
};

const DEFAULT = {
  directives: true,
  filterIntrospection: false,
  rejectUnauthorized: false,
  requireAuthentication: false,
};

const federation = () => start(DEFINITIONS, { credentials });

describe('authorization directives', () => {
  it('leave out a field, ask no subgraph for it, and say where it was', async () => {
    const graph = await federation();

    const { data, errors } = await graph.query(
      '{ me { id mail: email } users { id ...U } } fragment U on User { email }',
    );

    expect(data).toEqual({
      me: { id: '1', mail: null },
      users: [
        { id: '1', email: null },
        { id: '1', email: null },
      ],
    });
    expect(errors).toEqual(unauthorized('me.mail', 'users.email'));
    expect(graph.requests()['accounts']?.join()).not.toContain('email');
  });

  it.each<[what: string, query: string, permissions: string[], data: unknown, errors: string[]]>([
    [
      'a field, for who is signed in',
      '{ me { email } }',
      ['authenticated'],
      { me: { email: 'ada@example.com' } },
      [],
    ],
    ['a field that may not be null', '{ me { name salary } }', [], { me: null }, ['me.salary']],
    ['a field with a scope', '{ me { salary } }', ['authenticated', 'scope:hr'], { me: { salary: 7 } }, []],
    ['all scopes of one list', '{ scoped }', ['scope:a', 'scope:b'], { scoped: 'scoped' }, []],
    ['another list', '{ scoped }', ['scope:c'], { scoped: 'scoped' }, []],
    ['a part of a list, which is not enough', '{ scoped }', ['scope:a'], null, ['scoped']],
    ['policies', '{ ruled }', ['policy:p', 'policy:q'], { ruled: 'ruled' }, []],
    [
      'policies that nobody decided',
      '{ ruled me { name } }',
      ['authenticated'],
      { ruled: null, me: { name: 'Ada' } },
      ['ruled'],
    ],
    [
      'a field of a protected type',
      '{ vault { __typename } me { id } }',
      [],
      { vault: null, me: { id: '1' } },
      ['vault'],
    ],
    [
      'a fragment on a protected type',
      '{ search { ... on User { name } ... on Vault { gold } } }',
      [],
      { search: [{ name: 'Ada' }, { gold: null }] },
      ['search.gold'],
    ],
    [
      'an interface with a protected kind',
      '{ nodes { id } me { id } }',
      [],
      { nodes: null, me: { id: '1' } },
      ['nodes'],
    ],
    [
      'an interface, for who may see all kinds',
      '{ nodes { id } }',
      ['authenticated'],
      { nodes: [{ id: '1' }, { id: '9' }] },
      [],
    ],
    [
      'what requires a protected field',
      '{ me { greeting name } }',
      [],
      { me: { greeting: null, name: 'Ada' } },
      ['me.greeting'],
    ],
    [
      'an object of which nothing is left',
      '{ me { email } scoped }',
      ['scope:c'],
      { me: null, scoped: 'scoped' },
      ['me.email'],
    ],
    ['all there is', '{ vault { gold } }', [], null, ['vault']],
    ['what is left out', '{ me { name email @skip(if: true) } }', [], { me: { name: 'Ada' } }, []],
    ['introspection', '{ __type(name: "Vault") { name } }', [], { __type: { name: 'Vault' } }, []],
  ])('decide about %s', async (_what, query, permissions, data, paths) => {
    const graph = await federation();

    const answer = await graph.query(query, {}, as(...permissions));

    expect(answer.status).toBe(200);
    expect(answer.data).toEqual(data);
    expect(answer.errors ?? []).toEqual(unauthorized(...paths));
  });

  it('keep a mutation from running, and let the one beside it run', async () => {
    const graph = await federation();

    const { data, errors } = await graph.query('mutation { close open }');

    expect(data).toEqual({ close: null, open: 1 });
    expect(errors).toEqual(unauthorized('close'));
    expect(graph.requests()['accounts']?.join()).not.toContain('close');
  });

  it('ask nobody when nothing is left', async () => {
    const graph = await federation();

    await graph.query('{ vault { gold } scoped }');

    expect(graph.requests()).toEqual({});
  });

  it('give each caller the answer to the same document that is theirs', async () => {
    const graph = await federation();
    const query = '{ me { email } vault { gold } }';

    const answers = await Promise.all([
      graph.query(query),
      graph.query(query, {}, as('authenticated')),
      graph.query(query),
      graph.query(query, {}, as('authenticated', 'scope:other')),
    ]);

    const seen = { me: { email: 'ada@example.com' }, vault: { gold: 3 } };
    expect(answers.map(({ data }) => data)).toEqual([null, seen, null, seen]);
  });

  it('refuse the whole operation, when that is configured', async () => {
    const graph = await start(DEFINITIONS, {
      credentials,
      authorization: { ...DEFAULT, rejectUnauthorized: true },
    });

    const { data, errors } = await graph.query('{ me { name email } }');

    expect(data).toBeUndefined();
    expect(errors).toEqual(unauthorized('me.email'));
    expect(graph.requests()).toEqual({});
    expect((await graph.query('{ me { email } }', {}, as('authenticated'))).data).toEqual({
      me: { email: 'ada@example.com' },
    });
  });

  it('are left to the subgraphs, when that is configured', async () => {
    const graph = await start(DEFINITIONS, { credentials, authorization: { ...DEFAULT, directives: false } });

    expect((await graph.query('{ me { email } }')).data).toEqual({ me: { email: 'ada@example.com' } });
  });

  it('are not needed to keep everybody out who is not signed in', async () => {
    const graph = await start(DEFINITIONS, {
      credentials,
      authorization: { ...DEFAULT, requireAuthentication: true },
    });

    const refused = await graph.query('{ me { name } }');

    expect(refused.data).toBeUndefined();
    expect(refused.errors).toEqual([
      { message: expect.stringContaining('Sign in') as unknown, extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    expect(graph.requests()).toEqual({});
    expect((await graph.query('{ me { name } }', {}, as('authenticated'))).data).toEqual({
      me: { name: 'Ada' },
    });
  });

  it('let no value through that the caller may not see, whatever the operation', async () => {
    const graph = await federation();
    const secrets: readonly (readonly [text: string, permission: string])[] = [
      ['ada@example.com', 'authenticated'],
      ['"salary":7', 'scope:hr'],
      ['"gold":3', 'authenticated'],
      ['"9"', 'authenticated'],
      ['hello', 'authenticated'],
    ];
    const { selection } = fc.letrec<{ selection: string; user: string; node: string }>((tie) => ({
      user: fc
        .array(
          fc.oneof(
            { depthSize: 'small' },
            fc.constantFrom(
              'id',
              'name',
              'email',
              'salary',
              'greeting',
              '... { email }',
              '...U',
              '... on Node { id }',
            ),
            tie('user').map((set) => `friend { ${set} }`),
          ),
          { minLength: 1, maxLength: 4 },
        )
        .map((fields) => fields.join(' ')),
      node: fc
        .array(
          fc.oneof(
            fc.constantFrom('__typename', 'id', '... on Vault { gold }', '... on Vault { id }'),
            tie('user').map((set) => `... on User { ${set} }`),
          ),
          { minLength: 1, maxLength: 3 },
        )
        .map((fields) => fields.join(' ')),
      selection: fc
        .array(
          fc.oneof(
            fc.constantFrom('vault { id gold }', 'scoped'),
            tie('user').map((set) => `me { ${set} }`),
            tie('user').map((set) => `users { ${set} }`),
            tie('node').map((set) => `nodes { ${set} }`),
            tie('node').map((set) => `search { ${set.replace(/(^| )id\b/g, ' __typename')} }`),
          ),
          { minLength: 1, maxLength: 3 },
        )
        .map((fields) => fields.join(' ')),
    }));

    await fc.assert(
      fc.asyncProperty(
        selection,
        fc.subarray(['authenticated', 'scope:hr', 'scope:a']),
        async (fields, permissions) => {
          const query = `{ ${fields} }${fields.includes('...U') ? ' fragment U on User { name email }' : ''}`;
          const { data } = await graph.query(query, {}, as(...permissions));
          const text = JSON.stringify(data);
          for (const [secret, permission] of secrets)
            if (!permissions.includes(permission)) expect(text).not.toContain(secret);
        },
      ),
      { numRuns: 200 },
    );
    const asked = JSON.stringify(graph.requests());
    expect(asked).toContain('salary');
  });
});
