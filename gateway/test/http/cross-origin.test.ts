import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startFakeSubgraph, type FakeSubgraph } from '@tributary/testkit';
import { Cors, corsOptions } from '../../src/config/cors-yaml.ts';
import { startTestGateway } from '../../src/testing/start-test-gateway.ts';

const WEB = 'https://web.example.com';

describe('requests from pages of other origins', () => {
  let subgraph: FakeSubgraph;
  beforeAll(async () => {
    subgraph = await startFakeSubgraph('a', 'type Query { n: Int } type Mutation { m: Int }', {
      Query: { n: () => 1 },
      Mutation: { m: () => 1 },
    });
  });
  afterAll(() => subgraph.close());

  const withGateway = async <T>(
    config: { readonly cors?: unknown; readonly csrfHeaders?: readonly string[] | undefined },
    test: (url: string) => Promise<T>,
  ): Promise<T> => {
    const { cors = {}, ...rest } = config;
    const gateway = await startTestGateway([subgraph], {
      ...rest,
      cors: corsOptions(Cors.parse(cors)),
      closeSubgraphs: false,
    });
    return test(`${gateway.url}/graphql`).finally(() => gateway.stop());
  };
  const ask = async (url: string, method: string, headers: Record<string, string>) => {
    const response = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(method === 'POST' ? { body: '{"query":"{ n }"}' } : {}),
    });
    const allowed = [...response.headers].filter(([name]) => name.startsWith('access-control-'));
    return Object.fromEntries(allowed.map(([name, value]) => [name.slice('access-control-'.length), value]));
  };

  it('are allowed from Apollo Studio and nowhere else by default', async () => {
    await withGateway({}, async (url) => {
      const origin = 'https://studio.apollographql.com';

      expect(await ask(url, 'POST', { origin })).toEqual({ 'allow-origin': origin });
      expect(await ask(url, 'POST', { origin: WEB })).toEqual({});
      expect(await ask(url, 'OPTIONS', { origin: WEB })).toEqual({});
      expect(
        await ask(url, 'OPTIONS', { origin, 'access-control-request-headers': 'authorization, x-mine' }),
      ).toEqual({
        'allow-origin': origin,
        'allow-methods': 'GET, POST, OPTIONS',
        'allow-headers': 'authorization, x-mine',
        'max-age': '7200',
      });
    });
  });

  it('are allowed as the policy of the origin says', async () => {
    const cors = {
      policies: [
        {
          origins: [WEB],
          allow_credentials: true,
          allow_headers: ['authorization'],
          expose_headers: ['x-cost-actual', 'retry-after'],
          methods: ['POST'],
          max_age: '10s',
        },
        { match_origins: ['https://pr-\\d+\\.example\\.com'] },
      ],
    };
    await withGateway({ cors }, async (url) => {
      const exposed = 'x-cost-actual, retry-after';
      const own = { 'allow-origin': WEB, 'allow-credentials': 'true', 'expose-headers': exposed };

      expect(await ask(url, 'POST', { origin: WEB })).toEqual(own);
      expect(await ask(url, 'OPTIONS', { origin: WEB, 'access-control-request-headers': 'x-mine' })).toEqual({
        ...own,
        'allow-methods': 'POST',
        'allow-headers': 'authorization',
        'max-age': '10',
      });
      expect(await ask(url, 'POST', { origin: 'https://pr-7.example.com' })).toEqual({
        'allow-origin': 'https://pr-7.example.com',
      });
      for (const origin of ['https://pr-7.example.com.evil.net', 'https://studio.apollographql.com', 'null'])
        expect(await ask(url, 'POST', { origin })).toEqual({});
    });
  });

  it('are allowed from everywhere when it is told so, and never with credentials then', async () => {
    await withGateway({ cors: { allow_any_origin: true, policies: [] } }, async (url) => {
      expect(await ask(url, 'POST', { origin: WEB })).toEqual({ 'allow-origin': WEB });
    });
    expect(Cors.safeParse({ allow_any_origin: true, allow_credentials: true }).error?.issues).toEqual([
      expect.objectContaining({ path: ['allow_credentials'] }),
    ]);
    expect(Cors.safeParse({ policies: [{ match_origins: ['('] }] }).error?.issues).toEqual([
      expect.objectContaining({ message: 'must be a regular expression' }),
    ]);
  });

  it('that need no preflight are refused without a header that would', async () => {
    const status = async (url: string, headers: Record<string, string> = {}) =>
      (await fetch(`${url}?query={n}`, { headers })).status;

    await withGateway({ csrfHeaders: ['x-mine'] }, async (url) => {
      expect(await status(url)).toBe(400);
      expect(await status(url, { 'apollo-require-preflight': '1' })).toBe(400);
      expect(await status(url, { 'x-mine': '1' })).toBe(200);
    });
    await withGateway({ csrfHeaders: undefined }, async (url) => {
      expect(await status(url)).toBe(200);
    });
  });
});
