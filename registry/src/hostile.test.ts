import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GRAPH, startTestRegistry, type TestRegistry } from './testing/start-test-registry.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n';
const PUBLISH = `mutation ($name: String!, $sdl: String!) {
  graph(id: "${GRAPH}") {
    publishSubgraph(graphVariant: "current", name: $name, url: "http://s.test", revision: "", activePartialSchema: { sdl: $sdl }) {
      updatedGateway errors { message code }
    }
  }
}`;

/** The registry's limit, and what everything around it may take on a busy machine. */
const SCHEMA_TIMEOUT_MS = 4_000;
const BOUND_MS = 15_000;

const repeat = (count: number, write: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => write(index)).join('\n');

describe('a hostile schema', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startTestRegistry({ schemaTimeoutMs: SCHEMA_TIMEOUT_MS, maxSchemaBytes: 2_000_000 });
  });
  afterAll(() => registry.stop());

  it.each([
    [
      'of 10,000 types',
      `${LINK}type Query { a: T0 }\n${repeat(10_000, (i) => `type T${i} { f: T${(i + 1) % 10_000} }`)}`,
    ],
    ['of a megabyte in one description', `${LINK}"""${'x'.repeat(1_000_000)}"""\ntype Query { a: Int }`],
    ['of a megabyte of words', `type Query { ${'a: Int '.repeat(140_000)} }`],
    ['nested 100,000 deep', `type Query { a: ${'['.repeat(100_000)}Int${']'.repeat(100_000)} }`],
    ['with inputs in a circle', `${LINK}type Query { a(i: A): Int }\ninput A { b: B! }\ninput B { a: A! }`],
    [
      'with a key that has no end',
      `${LINK}type Query { a: T }\ntype T @key(fields: "${'t { '.repeat(5_000)}") { t: T }`,
    ],
    ['of bytes', '\u0000\u0001\ud800'],
  ])(
    '%s is answered in time, and the registry goes on',
    async (_, sdl) => {
      const startedAt = Date.now();
      const { status } = await registry.platform(PUBLISH, { name: 'hostile', sdl });
      expect(status).toBe(200);
      expect(Date.now() - startedAt).toBeLessThan(BOUND_MS);

      const { body } = await registry.platform('{ me { id } }');
      expect(body.data).toEqual({ me: { id: GRAPH } });
    },
    40_000,
  );

  it.each([
    ['is too large', 'x'.repeat(2_000_001), 'this registry takes 2000000'],
    ['is larger than any request', 'x'.repeat(5_000_000), 'larger than 4000000 bytes'],
    ['is empty', '  ', 'The schema is empty'],
  ])('that %s is refused with the reason', async (_, sdl, reason) => {
    const { body } = await registry.platform(PUBLISH, { name: 'large', sdl });

    expect(body.data.graph?.publishSubgraph ?? null).toBeNull();
    expect(body.errors?.[0]?.message).toContain(reason);
  });

  it.each([
    [
      'deep',
      `{ graph(id: "${GRAPH}") { ${'variants { sourceVariant { '.repeat(1)} ${'sourceVariant { '.repeat(20)} name ${'}'.repeat(20)} }} } }`,
    ],
    ['endless', 'query { graph(id: "shop") { ...F } } fragment F on Graph { id ...F }'],
    ['long', `{ ${'me { id } '.repeat(3_000)} }`],
  ])('query that is %s is refused', async (_, query) => {
    const { status, body } = await registry.platform(query);

    expect(status).toBe(200);
    expect(body.errors).toHaveLength(1);
  });
});
