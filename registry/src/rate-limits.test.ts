import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sendReport } from './testing/send-report.ts';
import { GRAPH, startTestRegistry, type TestRegistry } from './testing/start-test-registry.ts';

const REF = `${GRAPH}@current`;
const REPORT = { operation: '{a}', fields: {}, requests: 1 };
const UPLINK = `query ($apiKey: String!) { routerConfig(ref: "${REF}", apiKey: $apiKey) {
  __typename ... on FetchError { code message minDelaySeconds } } }`;
/** What fills up while a slow machine runs a test stays below one request. */
const REQUESTS = 2;

describe('rate limits', () => {
  let registry: TestRegistry;
  /** Each test asks from an address of its own. */
  let address = 0;
  const send = (path: string, headers: Record<string, string> = {}, body?: BodyInit) =>
    fetch(`${registry.url}${path}`, {
      redirect: 'manual',
      ...(body === undefined ? {} : { method: 'POST', body }),
      headers: { 'x-forwarded-for': `203.0.113.9, 198.51.100.${address}`, ...headers },
    });
  const uplink = async (apiKey: string) => {
    const headers = { 'content-type': 'application/json' };
    const response = await send('/uplink', headers, JSON.stringify({ query: UPLINK, variables: { apiKey } }));
    return ((await response.json()) as { data: { routerConfig: { code: string; minDelaySeconds: number } } })
      .data.routerConfig;
  };
  const statusesOf = async (count: number, ask: () => Promise<Response>): Promise<readonly number[]> => {
    const statuses: number[] = [];
    for (let asked = 0; asked < count; asked += 1) statuses.push((await ask()).status);
    return statuses;
  };
  const admitted = (status: number) => [...Array<number>(REQUESTS).fill(status), 429];

  beforeAll(async () => {
    registry = await startTestRegistry({
      limits: {
        requestsPerMinute: REQUESTS,
        reportsPerSecond: 1,
        signInsPerMinute: REQUESTS,
        trustedProxies: 1,
      },
    });
  });
  beforeEach(() => {
    address += 1;
  });
  afterAll(() => registry.stop());

  it('have rover say a sentence at once, and others wait by HTTP', async () => {
    const key = await registry.createKey({ role: 'OBSERVER' });
    const other = await registry.createKey({ role: 'OBSERVER' });
    const ask = (as = key) => send(`/supergraph/${REF}`, { 'x-api-key': as });

    expect(await statusesOf(REQUESTS + 1, ask)).toEqual(admitted(404));
    const refused = await ask();
    const rover = await registry.rover(['subgraph', 'list', REF], { APOLLO_KEY: key });

    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({
      errors: [{ extensions: { code: 'REQUEST_RATE_LIMITED' } }],
    });
    expect(rover.code).toBe(1);
    expect(rover.stderr).toMatch(/error: Too many requests\. Try again in \d+ s\./);
    expect((await ask(other)).status).toBe(404);
  });

  it('tell gateways in the words of Uplink how long to wait', async () => {
    const key = await registry.createKey({ role: 'ROUTER' });
    for (let asked = 0; asked < REQUESTS; asked += 1)
      expect(await uplink(key)).toMatchObject({ code: 'UNKNOWN_REF', minDelaySeconds: 1 });
    const refused = await uplink(key);

    expect(refused.code).toBe('RETRY_LATER');
    expect(refused.minDelaySeconds).toBeGreaterThan(1);
  });

  it('count keys that nobody has by the address they come from', async () => {
    let guessed = 0;
    const guess = () =>
      send('/supergraph/shop@current', { 'x-api-key': `service:shop:guess${(guessed += 1)}` });

    expect(await statusesOf(REQUESTS + 1, guess)).toEqual(admitted(401));
    expect(await uplink('guess')).toMatchObject({ code: 'RETRY_LATER' });
    expect((await send('/graphs/shop', { cookie: 'tributary-console=guess' })).status).toBe(429);
    expect((await send('/tar/supergraph/x/latest-2')).status).toBe(429);
    address += 1;
    expect((await guess()).status).toBe(401);
  });

  it('count sign-ins by the address they come from, and tell people', async () => {
    const signIn = (key: string) =>
      send('/sign-in', { origin: registry.url, accept: 'text/html' }, new URLSearchParams({ key }));

    expect(await statusesOf(REQUESTS, () => signIn('wrong'))).toEqual(Array(REQUESTS).fill(401));
    const refused = await signIn(registry.key);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('set-cookie')).toBeNull();
    expect(await refused.text()).toContain('Too many requests. Try again in');
    address += 1;
    expect((await signIn(registry.key)).status).toBe(303);
  });

  it('count the pages that somebody signed in opens', async () => {
    const key = await registry.createKey({ role: 'OBSERVER' });
    const { headers } = await send('/sign-in', { origin: registry.url }, new URLSearchParams({ key }));
    const cookie = (headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const open = () => send('/graphs/shop', { cookie, accept: 'text/html' });

    expect(await statusesOf(REQUESTS + 1, open)).toEqual(admitted(200));
    expect(await (await open()).text()).toContain('Wait a moment');
  });

  it('count usage reports for themselves', async () => {
    const key = await registry.createKey({ role: 'ROUTER' });
    const report = () => sendReport({ url: registry.url, key }, REF, REPORT);
    const statuses = await Promise.all(Array.from({ length: 20 }, report));

    expect(statuses).toContain(200);
    expect(statuses).toContain(429);
    expect(await uplink(key)).toMatchObject({ code: 'UNKNOWN_REF' });
  });
});
