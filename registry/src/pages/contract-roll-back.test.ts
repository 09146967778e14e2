import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GRAPH, startTestRegistry, type TestRegistry } from '../testing/start-test-registry.ts';

const SHOP = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@tag"])
type Query {
  open: Int
  secret: Int @tag(name: "internal")
}`;
const LAUNCH = `/graphs/${GRAPH}@public/launches/1`;

describe('a contract’s earlier launch, for who may manage the contract alone', () => {
  let registry: TestRegistry;
  let cookie: string;
  const send = (path: string, form: Readonly<Record<string, string>>, headers = {}) =>
    fetch(`${registry.url}${path}`, {
      method: 'POST',
      headers: { origin: registry.url, accept: 'text/html', ...headers },
      body: new URLSearchParams(form),
      redirect: 'manual',
    });
  const open = async (path: string) => {
    const response = await fetch(`${registry.url}${path}`, { headers: { cookie, accept: 'text/html' } });
    return { status: response.status, text: await response.text() };
  };

  beforeAll(async () => {
    registry = await startTestRegistry();
    await registry.publish('shop', SHOP);
    for (const exclude of [[], ['internal']])
      await registry.platform(
        `mutation ($filterConfig: FilterConfigInput!) { graph(id: "${GRAPH}") { upsertContractVariant(
          contractVariantName: "public", sourceVariant: "current", filterConfig: $filterConfig) { __typename } } }`,
        { filterConfig: { include: [], exclude, hideUnreachableTypes: false } },
      );
    const key = await registry.createKey({ role: 'ADMIN', variant: 'public' });
    cookie = ((await send('/sign-in', { key })).headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  });
  afterAll(() => registry.stop());

  it('has no button that rolls back to it', async () => {
    const { status, text } = await open(LAUNCH);

    expect(status).toBe(200);
    expect(text).not.toContain('roll-back');
  });

  it('is not gone back to by the page either, which says why', async () => {
    const { status, text } = await open(`${LAUNCH}/roll-back`);

    expect(status).toBe(400);
    expect(text).toContain(`${GRAPH}@public is a contract of current`);
  });

  it('does not make public again what the contract hides', async () => {
    const page = await open(`/graphs/${GRAPH}@public`);
    const token = /name="token" value="(\w+)"/.exec(page.text)?.[1] ?? '';
    const { status } = await send(`${LAUNCH}/roll-back`, { token }, { cookie });

    expect(status).toBe(400);
    expect((await registry.rover(['graph', 'fetch', `${GRAPH}@public`])).stdout).not.toContain('secret');
  });
});
