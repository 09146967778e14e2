import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PRODUCTS } from '../testing/schemas.ts';
import { sendReport, type ReportedUse } from '../testing/send-report.ts';
import { GRAPH, startTestRegistry, type TestRegistry } from '../testing/start-test-registry.ts';

const CURRENT = `${GRAPH}@current`;
const STAGING = `${GRAPH}@staging`;
const IDS: ReportedUse = {
  name: 'Ids',
  operation: 'query Ids{products{id}}',
  fields: { Query: ['products'], Product: ['id'] },
  requests: 5,
};

describe('what the gateways of a variant report', () => {
  let registry: TestRegistry;
  /** Of a gateway of staging, which says that the operation selects what it does not. */
  let ofStaging: string;
  const checkWithoutWeight = async (ref: string) =>
    registry.rover([
      ...['subgraph', 'check', ref, '--name', 'products'],
      ...['--schema', await registry.file('light.graphql', PRODUCTS.replace('  weight: Int\n', ''))],
    ]);

  beforeAll(async () => {
    registry = await startTestRegistry();
    for (const ref of [CURRENT, STAGING]) await registry.publish('products', PRODUCTS, ref);
    ofStaging = await registry.createKey({ role: 'ROUTER', variant: 'staging' });
    expect(await sendReport(registry, CURRENT, IDS)).toBe(200);
  });
  afterAll(() => registry.stop());

  it('is taken for that variant alone', async () => {
    const reporter = { ...registry, key: ofStaging };

    expect(await sendReport(reporter, CURRENT, IDS)).toBe(403);
    expect(await sendReport(reporter, STAGING, IDS)).toBe(200);
  });

  it('decides in its own checks, and in no others', async () => {
    const claimed = { ...IDS, fields: { ...IDS.fields, Product: ['id', 'weight'] } };
    expect(await sendReport({ ...registry, key: ofStaging }, STAGING, claimed)).toBe(200);

    const own = await checkWithoutWeight(STAGING);
    const other = await checkWithoutWeight(CURRENT);

    expect(own).toMatchObject({ code: 1, stderr: expect.stringContaining('error[E043]') });
    expect(own.stdout).toContain('field `weight` removed; used 10 times by Ids');
    expect(other).toMatchObject({ code: 0 });
    expect(other.stdout).toContain('field `weight` removed; no operation uses it');
  });

  it('shows on its own pages, and on no others', async () => {
    const fieldsOf = async (ref: string) =>
      (
        await registry.pool.query<{ fields: readonly string[] }>(
          'SELECT fields FROM recorded_operations WHERE variant = $1',
          [ref.split('@')[1]],
        )
      ).rows.map(({ fields }) => fields);

    expect(await fieldsOf(CURRENT)).toEqual([['Product.id', 'Query.products']]);
    expect(await fieldsOf(STAGING)).toEqual([['Product.id', 'Product.weight', 'Query.products']]);
  });

  it('counts together in a check that is told to include other variants', async () => {
    const sdl = JSON.stringify(PRODUCTS.replace('  weight: Int\n', ''));
    const { body } = await registry.platform(
      `mutation { graph(id: "${GRAPH}") { variant(name: "current") {
        submitSubgraphCheckAsync(input: { subgraphName: "products", proposedSchema: ${sdl}, gitContext: {}, isSandbox: false,
          config: { includedVariants: ["current", "staging"] } }) { ... on CheckRequestSuccess { workflowID } } } } }`,
    );
    expect(body.errors).toBeUndefined();
    const id = body.data.graph.variant.submitSubgraphCheckAsync.workflowID as string;
    const response = await fetch(`${registry.url}/graphs/${CURRENT}/checks/${id}`, {
      headers: { 'x-api-key': registry.key },
    });

    const { result } = (await response.json()) as { result: { operations: unknown } };
    expect(result.operations).toMatchObject({
      variants: ['current', 'staging'],
      changes: [{ coordinate: 'Product.weight', fails: true, affected: [{ name: 'Ids', requests: 15 }] }],
    });
  });

  it('cannot spoil a batch with text that a database does not take', async () => {
    const statuses = await Promise.all([
      sendReport(registry, STAGING, { ...IDS, client: `${'x'.repeat(99)}😀\u0000`, version: '\ud800' }),
      sendReport(registry, STAGING, { ...IDS, latency: [-3, 2 ** 52, 2 ** 52] }),
      ...Array.from({ length: 20 }, () => sendReport(registry, CURRENT, IDS)),
    ]);

    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});
