import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startFakeSubgraph, type FakeSubgraph } from '@tributary/testkit';
import { GENEROUS_LIMITS } from '../../src/testing/generous-limits.ts';
import { startTestGateway, type TestGateway } from '../../src/testing/start-test-gateway.ts';
import type { OperationLimits } from '../../src/planning/operation-limits.ts';

const SCHEMA = `
  type Query { a: Node b: Node }
  type Node { id: ID! other: Node }
`;

describe('limits of an operation', () => {
  let subgraph: FakeSubgraph;

  beforeAll(async () => {
    const node = { id: '1', other: { id: '2', other: { id: '3' } } };
    subgraph = await startFakeSubgraph('nodes', SCHEMA, { Query: { a: () => node, b: () => node } });
  });
  afterAll(() => subgraph.close());

  const withGateway = async (
    limits: Partial<OperationLimits>,
    test: (gateway: TestGateway) => Promise<void>,
  ): Promise<void> => {
    const gateway = await startTestGateway([subgraph], {
      limits: { ...GENEROUS_LIMITS, ...limits },
      closeSubgraphs: false,
    });
    subgraph.requests.length = 0;
    await test(gateway).finally(() => gateway.stop());
  };

  it.each<[keyof OperationLimits, string, number, string, string]>([
    ['maxDepth', 'MAX_DEPTH_LIMIT', 3, '{ a { other { id } } }', '{ a { other { other { id } } } }'],
    [
      'maxDepth',
      'MAX_DEPTH_LIMIT',
      2,
      '{ a { ...F } } fragment F on Node { id }',
      '{ ...Q } fragment Q on Query { a { ...F } } fragment F on Node { other { id } }',
    ],
    ['maxHeight', 'MAX_HEIGHT_LIMIT', 3, '{ a { id id ... { id } } c: __typename }', '{ a { id } b { id } }'],
    [
      'maxRootFields',
      'MAX_ROOT_FIELDS_LIMIT',
      1,
      '{ a { id } ... { a { other { id } } } }',
      '{ a { id } b { id } }',
    ],
    [
      'maxAliases',
      'MAX_ALIASES_LIMIT',
      1,
      '{ x: a { id } }',
      '{ x: a { ...F } } fragment F on Node { y: id }',
    ],
    [
      'maxAliases',
      'MAX_ALIASES_LIMIT',
      1,
      '{ a { ...F } } fragment F on Node { y: id }',
      '{ a { ...F } b { ...F } } fragment F on Node { y: id }',
    ],
    [
      'maxDirectives',
      'MAX_DIRECTIVES_LIMIT',
      2,
      '{ a @skip(if: false) { ...F } b { ...F } } fragment F on Node { id @include(if: true) }',
      '{ a @skip(if: false) @include(if: true) { id @include(if: true) } }',
    ],
  ])('%s, code %s: at most %d', async (limit, code, most, within, beyond) => {
    await withGateway({ [limit]: most }, async (gateway) => {
      expect((await gateway.query(within)).errors).toBeUndefined();
      const asked = subgraph.requests.length;

      const { status, body } = await send(gateway, beyond);

      expect(status).toBe(400);
      expect(body).toEqual({
        errors: [{ message: expect.stringMatching(`limit is ${most}\\.$`), extensions: { code } }],
      });
      expect(subgraph.requests).toHaveLength(asked);
    });
  });

  it('are not met by an operation that asks for little in few words that mean much', async () => {
    const doubling = Array.from(
      { length: 40 },
      (_, n) => `fragment F${n} on Node { x: other { ...F${n + 1} } y: other { ...F${n + 1} } }`,
    );
    const query = `{ a { ...F0 } } ${doubling.join(' ')} fragment F40 on Node { id }`;
    await withGateway({ maxHeight: 1_000 }, async (gateway) => {
      const { body } = await send(gateway, query);

      expect(body.errors?.[0]?.extensions?.code).toBe('MAX_HEIGHT_LIMIT');
      expect(subgraph.requests).toHaveLength(0);
    });
  });

  it('are only told of with warn_only', async () => {
    await withGateway({ maxDepth: 1, warnOnly: true }, async (gateway) => {
      expect(await gateway.query('{ a { id } }')).toMatchObject({ data: { a: { id: '1' } } });
    });
  });

  it.each<[keyof OperationLimits, number, string]>([
    ['maxTokens', 5, '{ a { id } b }'],
    ['maxRecursion', 2, '{ a { other { id } } }'],
  ])('%s is a limit of the document', async (limit, most, query) => {
    await withGateway({ [limit]: most }, async (gateway) => {
      const { status, body } = await send(gateway, query);

      expect(status).toBe(400);
      expect(body.errors?.[0]?.extensions?.code).toBe('GRAPHQL_PARSE_FAILED');
    });
  });
});

interface Refusal {
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

async function send(
  { url }: TestGateway,
  query: string,
): Promise<{ readonly status: number; readonly body: Refusal }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, body: (await response.json()) as Refusal };
}

describe('limits of the headers of a request', () => {
  it.each([
    ['many', { maxHeaders: 20 }, Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`x-${n}`, 'a']))],
    ['long', { maxHeaderBytes: 2_000 }, { 'x-long': 'a'.repeat(3_000) }],
  ])('refuse those that are too %s', async (_what, limit, headers) => {
    const subgraph = await startFakeSubgraph('nodes', SCHEMA, {});
    const gateway = await startTestGateway([subgraph], limit);
    const statusWith = async (more: Record<string, string>) => {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...more },
        body: '{"query":"{ __typename }"}',
      });
      return { status: response.status, body: await response.json() };
    };
    try {
      expect(await statusWith({})).toMatchObject({ status: 200 });
      expect(await statusWith(headers)).toMatchObject({
        status: 431,
        body: { errors: [{ extensions: { code: 'HEADERS_TOO_LARGE' } }] },
      });
    } finally {
      await gateway.stop();
    }
  });
});
