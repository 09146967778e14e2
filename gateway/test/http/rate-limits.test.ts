import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createClient } from '@redis/client';
import { silentLogger } from '@tributary/service-kit';
import { waitFor } from '@tributary/testkit';
import type { Credentials } from '../../src/auth/credentials.ts';
import { DemandControl } from '../../src/config/demand-control-yaml.ts';
import { RateLimit, rateLimitConfig, type RateLimitConfig } from '../../src/config/rate-limit-yaml.ts';
import type { Federation } from '../../src/testing/federate.ts';
import { hasRedis, startTestRedis, type TestRedis } from '../../src/testing/start-test-redis.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

/** What its items cost: 10 are assumed, as many come as `count` says. */
const SHOP = {
  sdl: `type Query { items(count: Int!): [Item!] n: Int } type Mutation { set: Int } type Item { id: ID! }`,
  resolvers: {
    Query: {
      items: (_: unknown, { count }: { count: number }) =>
        Array.from({ length: count }, (_each, id) => ({ id })),
      n: () => 1,
    },
    Mutation: { set: () => 1 },
  },
};

const credentials: Credentials = {
  identify: ({ authorization }) => ({
    key: authorization ?? '',
    permissions: new Set(),
    claims: () => (authorization === undefined ? {} : { sub: authorization, iss: 'test' }),
    authorizationFor: () => authorization,
  }),
  stop: () => undefined,
};

/** Slow enough that nothing comes back while a test runs, but for those that say so. */
const limit = (yaml: object = {}): RateLimitConfig =>
  rateLimitConfig(
    RateLimit.parse({ capacity: 100, refill: 1, ...yaml }),
    DemandControl.parse({ strategy: { static_estimated: { list_size: 10 } } }),
  );

const start = graphsOfATest();
const shop = (yaml: object = {}, overrides: Parameters<typeof start>[1] = {}) =>
  start({ shop: SHOP }, { credentials, rateLimit: limit(yaml), ...overrides });

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly data?: unknown;
    readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
  };
}

async function ask(
  { gateway }: Federation<'shop'>,
  query: string,
  headers: Record<string, string> = {},
  search = '',
): Promise<Answer> {
  const response = await fetch(`${gateway.url}/graphql${search}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer['body'],
  };
}
const items = (count: number): string => `{ items(count: ${count}) { id } }`;

describe('rate limits', () => {
  it.each([
    ['straight', ''],
    ['through Apollo Server', '?through=apollo-server'],
  ])('refuse what a client has not left, and ask nothing for it, %s', async (_way, search) => {
    const system = await shop({ capacity: 15 });
    const first = await ask(system, items(10), {}, search);
    const second = await ask(system, items(10), {}, search);

    expect(first.status).toBe(200);
    // Also for a client that knows nothing of application/graphql-response+json.
    expect(second.status).toBe(429);
    expect(second.headers.get('retry-after')).toBe('5');
    expect(second.body).toEqual({
      errors: [
        {
          message: 'You have asked for too much: the operation costs 10 and 5 is left. Try again in 5 s.',
          extensions: {
            code: 'REQUEST_RATE_LIMITED',
            rateLimit: { cost: 10, remaining: 5, capacity: 15, refill: 1 },
          },
        },
      ],
    });
    expect(system.subgraphs.shop.requests).toHaveLength(1);
    expect((await ask(system, '{ n }', {}, search)).status).toBe(200);
  });

  it('say when no time will help', async () => {
    const { status, headers, body } = await ask(await shop({ capacity: 5 }), items(1));

    expect(status).toBe(429);
    expect(headers.get('retry-after')).toBeNull();
    expect(body.errors?.[0]?.message).toContain('Ask for less');
  });

  it('let a client ask again when its cost has come back', async () => {
    const system = await shop({ capacity: 12, refill: 10 });
    await ask(system, items(10));
    const refused = await ask(system, items(10));
    const seconds = Number(refused.headers.get('retry-after'));

    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
    expect((await ask(system, items(10))).status).toBe(200);
  });

  it('take what an operation really cost', async () => {
    const system = await shop({ capacity: 100, expose_headers: true });
    const left = async (query: string) =>
      Number(/r=(\d+)/.exec((await ask(system, query)).headers.get('ratelimit') ?? '')?.[1]);

    expect(await left(items(2))).toBe(90);
    // 2 came of the 10 that were taken for.
    expect(await left(items(40))).toBe(88);
    // 40 came.
    expect(await left('{ n }')).toBe(57);
    const { headers } = await ask(system, '{ n }');
    expect(headers.get('ratelimit-policy')).toBe('"cost";q=100;w=100');
    expect(headers.get('ratelimit')).toMatch(/^"cost";r=5\d;t=4\d$/);
  });

  it('count introspection and what costs nothing as one, and mutations', async () => {
    const system = await shop({ capacity: 12, expose_headers: true });
    const left = async (query: string) => (await ask(system, query)).headers.get('ratelimit');

    expect(await left('{ __typename }')).toContain('r=11');
    expect(await left('mutation { set }')).toContain('r=1;');
  });

  it('count each client on its own, by claim, header or address', async () => {
    const system = await shop({ capacity: 10, key: ['claim:sub', 'header:X-Api-Key', 'ip'] });
    const status = async (headers?: Record<string, string>) => (await ask(system, items(10), headers)).status;
    const clients = [{ authorization: 'ada' }, { authorization: 'bob' }, { 'x-api-key': 'k' }, {}];

    for (const client of clients) expect(await status(client)).toBe(200);
    for (const client of clients) expect(await status(client)).toBe(429);
  });

  it('believe addresses of proxies that are trusted, and of no other', async () => {
    const forged = [1, 2].map((n) => ({ 'x-forwarded-for': `9.9.9.${n}` }));
    const alone = await shop({ capacity: 10 });
    const behind = await shop({ capacity: 10, trusted_proxies: 1 });
    const statuses = async (system: typeof alone) => {
      const seen: number[] = [];
      for (const headers of forged) seen.push((await ask(system, items(10), headers)).status);
      return seen;
    };

    expect(await statuses(alone)).toEqual([200, 429]);
    expect(await statuses(behind)).toEqual([200, 200]);
  });

  it('are others for clients that are named', async () => {
    const system = await shop({ capacity: 10, clients: { ada: { capacity: 30, refill: 1 } } });
    const statuses = async (name: string) => {
      const seen: number[] = [];
      for (let n = 0; n < 3; n += 1)
        seen.push((await ask(system, items(10), { authorization: name })).status);
      return seen;
    };

    expect(await statuses('ada')).toEqual([200, 200, 200]);
    expect(await statuses('bob')).toEqual([200, 429, 429]);
  });

  it('are only told of where they are measured', async () => {
    const warnings: unknown[] = [];
    const logger = silentLogger();
    logger.warn = (entry: unknown) => {
      warnings.push(entry);
    };
    const system = await shop({ capacity: 5, mode: 'measure' }, { logger });

    expect((await ask(system, items(10))).status).toBe(200);
    expect(warnings).toEqual([{ 'client.key': 'ip:127.0.0.1', 'graphql.cost': 10 }]);
  });

  it('refuse each of equal queries that come at once', async () => {
    const system = await shop({ capacity: 30 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(system, items(10))));

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
  });

  it('refuse nothing for its cost alone where demand control is not on', async () => {
    const demandControl = { ...limit().costs, appliesTo: 'declared', mode: 'enforce', max: 5 } as const;
    const system = await shop({}, { demandControl });

    expect((await ask(system, items(1))).status).toBe(200);
    const always = await shop({}, { demandControl: { ...demandControl, appliesTo: true } });
    expect((await ask(always, items(1))).body.errors?.[0]?.extensions['code']).toBe(
      'COST_ESTIMATED_TOO_EXPENSIVE',
    );
  });
});

const describeWithRedis = hasRedis || process.env['CI'] !== undefined ? describe : describe.skip;

describeWithRedis('rate limits that gateways share by Redis', () => {
  let redis: TestRedis;
  beforeEach(async () => {
    redis = await startTestRedis();
  });
  afterEach(() => redis.stop());

  const shared = (yaml: object = {}, overrides: Parameters<typeof start>[1] = {}) =>
    shop({ redis: { url: redis.url, timeout: '250ms' }, ...yaml }, overrides);
  /** Resolves when the gateway counts there. */
  const isConnected = async (system: Federation<'shop'>, name: string): Promise<void> => {
    const client = await createClient({ url: redis.url }).connect();
    try {
      await waitFor(async () => {
        await ask(system, '{ n }', { authorization: name });
        return (await client.keys(`*${name}*`)).length > 0;
      });
    } finally {
      client.destroy();
    }
  };

  it('count for all of them', async () => {
    const [one, two] = [await shared({ capacity: 20 }), await shared({ capacity: 20 })];
    await isConnected(one, 'first');
    await isConnected(two, 'second');

    expect((await ask(one, items(10))).status).toBe(200);
    expect((await ask(two, items(10))).status).toBe(200);
    expect((await ask(one, items(10))).status).toBe(429);
    expect((await ask(two, items(10))).status).toBe(429);
  });

  it('go on by each process alone while it is away, killed during load, and again by it', async () => {
    const logged: string[] = [];
    const logger = silentLogger();
    logger.error = (_entry: unknown, message?: string) => void logged.push(message ?? '');
    logger.info = (_entry: unknown, message?: string) => void logged.push(message ?? '');
    const system = await shared({ capacity: 200, refill: 1 }, { logger });
    let running = true;
    const seen: number[] = [];
    const load = Array.from({ length: 4 }, async () => {
      while (running) seen.push((await ask(system, items(10))).status);
    });
    const isAway = () => logged.includes('rate limits: Redis is away, each process counts on its own');
    const isBack = () => logged.includes('rate limits: Redis is back');

    await waitFor(() => seen.includes(429));
    await redis.kill();
    await waitFor(isAway);
    // Its own buckets are full at first, and end too.
    await waitFor(() => seen.lastIndexOf(200) > seen.indexOf(429) && seen.at(-1) === 429);
    await redis.start();
    await waitFor(isBack);
    running = false;
    await Promise.all(load);

    expect(new Set(seen)).toEqual(new Set([200, 429]));
    expect(logged.filter((message) => message.includes('is away'))).toHaveLength(1);
  });

  it('go on while it hangs', async () => {
    const logged: string[] = [];
    const logger = silentLogger();
    logger.error = (_entry: unknown, message?: string) => void logged.push(message ?? '');
    const system = await shared({ capacity: 100 }, { logger });
    await waitFor(async () => (await ask(system, items(10))).status === 429);
    redis.pause();
    try {
      for (let n = 0; n < 5; n += 1) expect((await ask(system, items(10))).status).toBe(200);
    } finally {
      redis.resume();
    }
    expect(logged).toEqual(['rate limits: Redis is away, each process counts on its own']);
  });

  it('leave nothing there of clients that are gone', async () => {
    const system = await shared({ capacity: 20, refill: 5, redis: { url: redis.url, key_prefix: 'shop:' } });
    const client = await createClient({ url: redis.url }).connect();
    try {
      const [key = ''] = await waitFor(async () => {
        await ask(system, items(10), { authorization: 'ada' });
        const keys = await client.keys('*');
        return keys.length > 0 && keys;
      });
      expect(key).toMatch(/^shop:claim:/);
      const full = (await client.pTTL(key)) / 1_000;
      expect(full).toBeGreaterThan(0);
      // What is missing comes back, and a second more.
      expect(full).toBeLessThanOrEqual(20 / 5 + 1);
    } finally {
      client.destroy();
    }
  });

  it('begin without it', async () => {
    await redis.kill();
    const system = await shared({ capacity: 10 });

    expect((await ask(system, items(10))).status).toBe(200);
    expect((await ask(system, items(10))).status).toBe(429);
  });
});
