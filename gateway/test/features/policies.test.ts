import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger, type Logger } from '@tributary/service-kit';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Credentials } from '../../src/auth/credentials.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const ACCOUNTS = {
  sdl: `
    type Query {
      open: Int
      account: Account
      both: Int @policy(policies: [["owner", "adult"]])
      signed: Int @policy(policies: [["owner"]]) @authenticated
    }
    type Mutation { close: Int @policy(policies: [["owner"]]) }
    type Account { id: ID! balance: Int @policy(policies: [["owner"], ["auditor"]]) }
  `,
  resolvers: {
    Query: { open: () => 1, account: () => ({ id: '1', balance: 7 }), both: () => 2, signed: () => 3 },
    Mutation: { close: () => 4 },
  },
};

/** Everybody is signed in as whoever the header names. */
const credentials: Credentials = {
  identify: ({ authorization }) => ({
    key: authorization ?? '',
    permissions: new Set(authorization === undefined ? [] : ['authenticated']),
    claims: () => ({}),
    authorizationFor: (audience) => authorization && `${authorization} at ${audience}`,
  }),
  stop: () => undefined,
};

describe('policies decided by a service', () => {
  const start = graphsOfATest();
  let server: Server;
  let url: string;
  let asked: { readonly authorization: string | undefined; readonly body: unknown }[];
  let answer: (response: ServerResponse, authorization: string | undefined) => void;

  beforeEach(async () => {
    asked = [];
    answer = (response, authorization) => {
      const granted = authorization?.startsWith('ada') === true ? ['owner', 'never asked for'] : [];
      response.end(JSON.stringify({ granted }));
    };
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const { authorization } = request.headers;
        asked.push({ authorization, body: JSON.parse(text) });
        answer(response, authorization);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/decide`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const bank = (
    policies: { readonly timeoutMs?: number; readonly cacheMs?: number } = {},
    logger: Logger = silentLogger(),
  ) =>
    start(
      { accounts: ACCOUNTS },
      { credentials, logger, policies: { url, timeoutMs: 2_000, cacheMs: 60_000, ...policies } },
    );
  const as = (authorization: string) => ({ authorization });

  it('let through whom they grant, and ask a subgraph nothing for the others', async () => {
    const graph = await bank();

    const ada = await graph.query('{ account { id balance } }', {}, as('ada'));
    const bob = await graph.query('{ account { balance } }', {}, as('bob'));

    expect(ada).toMatchObject({ errors: undefined, data: { account: { id: '1', balance: 7 } } });
    expect(bob.data).toBeNull();
    expect(bob.errors).toEqual([
      {
        message: 'Unauthorized field or type',
        path: ['account', 'balance'],
        extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
      },
    ]);
    expect(graph.requests()).toEqual({ accounts: [expect.stringContaining('balance')] });
    expect(asked).toEqual([
      {
        authorization: 'ada at policies',
        body: { policies: ['owner', 'auditor', 'adult'], permissions: ['authenticated'] },
      },
      expect.objectContaining({ authorization: 'bob at policies' }),
    ]);
  });

  it('take all of a list, and what other directives ask for', async () => {
    const graph = await bank();

    expect((await graph.query('{ both open }', {}, as('ada'))).data).toEqual({ both: null, open: 1 });
    expect((await graph.query('{ signed }', {}, as('ada'))).data).toEqual({ signed: 3 });
    expect((await graph.query('mutation { close }', {}, as('ada'))).data).toEqual({ close: 4 });
    expect((await graph.query('mutation { close }', {}, as('bob'))).data).toBeNull();
  });

  it('are asked for once a caller, and never for what is open', async () => {
    const graph = await bank();

    await graph.query('{ open account { id } }', {}, as('ada'));
    expect(asked).toEqual([]);
    await Promise.all([1, 2, 3].map(() => graph.query('{ both }', {}, as('ada'))));
    await graph.query('{ signed }', {}, as('ada'));
    expect(asked).toHaveLength(1);
  });

  it('are asked for with every request where decisions are not kept', async () => {
    const graph = await bank({ cacheMs: 0 });

    await graph.query('{ signed }', {}, as('ada'));
    answer = (response) => response.end('{"granted":[]}');

    expect((await graph.query('{ signed }', {}, as('ada'))).data).toBeNull();
    expect(asked).toHaveLength(2);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['a failure', (response) => response.writeHead(500).end('{"granted":["owner"]}')],
    ['no decision', (response) => response.end('{}')],
    ['no JSON', (response) => response.end('granted')],
    ['a lost connection', (response) => response.destroy()],
    ['silence', () => undefined],
  ])('stay closed after %s, until somebody decides', async (_what, wrong) => {
    const told: unknown[] = [];
    const logger = { ...silentLogger(), error: (_entry: unknown, text: string) => told.push(text) };
    const graph = await bank({ timeoutMs: 300 }, logger as unknown as Logger);
    const right = answer;

    answer = wrong;
    const closed = await graph.query('{ signed open }', {}, as('ada'));
    answer = right;
    const open = await graph.query('{ signed open }', {}, as('ada'));

    expect(closed.data).toEqual({ signed: null, open: 1 });
    expect(told).toEqual(['policies not decided, they stay closed']);
    expect(open.data).toEqual({ signed: 3, open: 1 });
  });
});
