import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PRODUCTS } from './testing/schemas.ts';
import { sendReport } from './testing/send-report.ts';
import { GRAPH, startTestRegistry, type TestRegistry } from './testing/start-test-registry.ts';

const REF = `${GRAPH}@whole`;
const SCHEMA = `type Query {
  me: User
}

type User {
  id: ID!
  name: String
}
`;
const WITHOUT_NAME = SCHEMA.replace('  name: String\n', '');

describe('rover graph', () => {
  let registry: TestRegistry;
  const graph = async (command: string, sdl: string, ...args: string[]) =>
    registry.rover([
      ...['graph', command, REF, ...args],
      ...['--schema', await registry.file(`${Math.random()}.graphql`, sdl)],
    ]);

  beforeAll(async () => {
    registry = await startTestRegistry();
  });
  afterAll(() => registry.stop());

  it('publishes a schema that is not made of subgraphs, and fetches it as it was', async () => {
    const first = await graph('publish', SCHEMA);
    const again = await graph('publish', SCHEMA);
    const changed = await graph('publish', SCHEMA.replace('id: ID!', 'id: ID!\n  age: Int\n  size: Int'));
    const fetched = await registry.rover(['graph', 'fetch', REF]);

    expect(first.code).toBe(0);
    expect(first.stderr).toMatch(/shop@whole#[0-9a-f]{6} published successfully/);
    expect(first.stdout.trim()).toMatch(/^[0-9a-f]{6}$/);
    expect(again.stderr).toContain('[No Changes]');
    expect(changed.stderr).toContain('Fields: +2 -0');
    expect(fetched.stdout).toContain('age: Int');
    await graph('publish', SCHEMA);
  });

  it('refuses a schema that is not valid, and one for a variant of subgraphs', async () => {
    const invalid = await graph('publish', SCHEMA.replace('String', 'Nowhere'));
    await registry.publish('products', PRODUCTS);
    const schema = await registry.file('whole.graphql', SCHEMA);
    const made = await registry.rover(['graph', 'publish', `${GRAPH}@current`, '--schema', schema]);
    const checked = await registry.rover(['graph', 'check', `${GRAPH}@current`, '--schema', schema]);
    const subgraphs = await registry.rover(['subgraph', 'list', REF]);

    expect(invalid).toMatchObject({ code: 1, stderr: expect.stringContaining('Unknown type Nowhere') });
    expect(made).toMatchObject({ code: 1, stderr: expect.stringContaining('has subgraphs') });
    expect(checked).toMatchObject({ code: 1, stderr: expect.stringContaining('has subgraphs') });
    expect(subgraphs).toMatchObject({ code: 1, stderr: expect.stringContaining('error[E007]') });
  });

  it('checks what is published by what clients use', async () => {
    const unknown = await graph('check', WITHOUT_NAME);
    await sendReport(registry, REF, {
      operation: '{me{name}}',
      fields: { Query: ['me'], User: ['name'] },
      requests: 3,
    });
    const used = await graph('check', WITHOUT_NAME);
    const enough = await graph('check', WITHOUT_NAME, '--query-count-threshold', '4');
    const unused = await graph('check', SCHEMA.replace('  id: ID!\n', ''));
    const invalid = await graph('check', SCHEMA.replace('String', 'Nowhere'));

    const published = await graph('publish', WITHOUT_NAME, '--check');

    expect(published).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no changes were published'),
    });
    expect(unknown.code).toBe(1);
    expect(used).toMatchObject({ code: 1, stderr: expect.stringContaining('error[E043]') });
    expect(used.stdout).toContain('field `name` removed; used 3 times');
    expect(enough.code).toBe(1);
    expect(unused.code).toBe(0);
    expect(unused.stdout).toContain('field `id` removed; no operation uses it');
    expect(invalid.code).toBe(1);
    expect(invalid.stdout).toContain('Unknown type Nowhere');
  });

  it('lints', async () => {
    const schema = await registry.file('style.graphql', 'type Query { A_b: Int }');
    const { code, stdout, stderr } = await registry.rover(['graph', 'lint', REF, '--schema', schema]);

    expect(code).toBe(0);
    expect(stdout + stderr).toContain('Field names should use camelCase style.');
  });

  it('deletes a variant, and keeps it without --confirm', async () => {
    const asked = await registry.rover(['graph', 'delete', REF]);
    const kept = await registry.rover(['graph', 'fetch', REF]);
    const deleted = await registry.rover(['graph', 'delete', REF, '--confirm']);
    const gone = await registry.rover(['graph', 'fetch', REF]);
    const other = await registry.rover(['graph', 'fetch', `${GRAPH}@current`]);
    const again = await graph('publish', SCHEMA);

    expect(asked).toMatchObject({ code: 0, stderr: expect.stringContaining('Delete cancelled by user') });
    expect(kept.code).toBe(0);
    expect(deleted.code).toBe(0);
    expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining('error[E008]') });
    expect(other.code).toBe(0);
    expect(again.code).toBe(0);
  });

  it('becomes a graph of subgraphs by --convert alone', async () => {
    const schema = await registry.file('products.graphql', PRODUCTS);
    const publish = (...args: string[]) =>
      registry.rover([
        ...['subgraph', 'publish', REF, '--name', 'products', '--routing-url', 'http://p.test'],
        ...['--schema', schema, ...args],
      ]);

    expect(await publish()).toMatchObject({ code: 1, stderr: expect.stringContaining('--convert') });
    expect(await publish('--convert')).toMatchObject({ code: 0 });
    expect((await registry.rover(['graph', 'fetch', REF])).stdout).not.toContain('me: User');
  });
});

describe('rover readme', () => {
  it('keeps what is written about a variant', async () => {
    const registry = await startTestRegistry();
    const publish = async (ref: string) =>
      registry.rover(['readme', 'publish', ref, '--file', await registry.file('README.md', '# Ours\n')]);
    const nowhere = await publish(`${GRAPH}@nowhere`);
    await registry.publish('products', PRODUCTS);
    const published = await publish(`${GRAPH}@current`);
    const fetched = await registry.rover(['readme', 'fetch', `${GRAPH}@current`]);
    await registry.stop();

    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('publish a schema first') });
    expect(published).toMatchObject({ code: 0 });
    expect(published.stdout + published.stderr).toContain('Readme for shop@current published successfully');
    expect(fetched.stdout.trim()).toBe('# Ours');
  });
});
