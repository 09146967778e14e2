import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PRODUCTS, REVIEWS } from './testing/schemas.ts';
import { sendReport } from './testing/send-report.ts';
import { GRAPH, startTestRegistry, type TestRegistry } from './testing/start-test-registry.ts';

const REF = `${GRAPH}@current`;
const WITHOUT_NAME = PRODUCTS.replace('  name: String!\n', '');
const WITHOUT_WEIGHT = PRODUCTS.replace('  weight: Int\n', '');

describe('rover subgraph check', () => {
  let registry: TestRegistry;
  const check = async (sdl: string, ...args: string[]) =>
    registry.rover([
      ...['subgraph', 'check', REF, '--name', 'products', ...args],
      ...['--schema', await registry.file(`check-${Math.random()}.graphql`, sdl)],
    ]);
  const changesOf = ({ stdout }: { stdout: string }) => JSON.parse(stdout).data.tasks.operations.changes;

  beforeAll(async () => {
    registry = await startTestRegistry();
  });
  afterAll(() => registry.stop());

  it('passes for the first subgraph of a graph', async () => {
    const { code, stdout, stderr } = await check(PRODUCTS);

    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain('There were no changes detected in the composed API schema');
    await registry.publish('products', PRODUCTS);
    await registry.publish('reviews', REVIEWS);
  });

  it('refuses what does not compose, with the reasons', async () => {
    const { code, stderr } = await check(PRODUCTS.replace('name: String!', 'name: Nowhere!'));

    expect(code).toBe(1);
    expect(stderr).toContain('error[E029]');
    expect(stderr).toContain('[products] Unknown type Nowhere');
  });

  it('refuses every breaking change while nothing is known of what runs', async () => {
    const { code, stdout } = await check(WITHOUT_WEIGHT);

    expect(code).toBe(1);
    expect(stdout).toContain('no operation was recorded, so nothing says that it is unused');
  });

  it('refuses to remove a field that is used, and names operations, clients and counts', async () => {
    const fields = { Query: ['products'], Product: ['id', 'name'] };
    const operation = 'query List{products{id name}}';
    await sendReport(registry, REF, {
      name: 'List',
      operation,
      fields,
      client: 'web',
      version: '2',
      requests: 7,
    });
    await sendReport(registry, REF, {
      name: 'List',
      operation,
      fields,
      client: 'ios',
      version: '1',
      requests: 5,
    });

    const { code, stdout, stderr } = await check(WITHOUT_NAME);

    expect(code).toBe(1);
    expect(stderr).toContain('error[E043]');
    expect(stdout).toContain('Operation Check [FAILED]');
    expect(stdout).toContain('FIELD_REMOVED');
    expect(stdout).toMatch(
      /type `Product`: field `name` removed; used 12 times by List \(web@2: 7, ios@1: 5\)/,
    );
  });

  it('passes the removal of a field that nobody uses', async () => {
    const { code, stdout } = await check(WITHOUT_WEIGHT);

    expect(code).toBe(0);
    expect(stdout).toContain('Operation Check [PASSED]');
    expect(stdout).toContain('field `weight` removed; no operation uses it');
  });

  it('answers in JSON as rover’s users expect', async () => {
    const failed = await check(WITHOUT_NAME, '--format', 'json');
    const passed = await check(
      `${PRODUCTS}\ntype New { a: Int }\nextend type Query { new: New }`,
      '--format',
      'json',
    );

    expect(JSON.parse(failed.stdout)).toMatchObject({ error: { code: 'E043' }, data: { success: false } });
    expect(changesOf(failed)).toMatchObject([{ code: 'FIELD_REMOVED', severity: 'FAIL' }]);
    expect(changesOf(passed)).toEqual([
      { code: 'TYPE_ADDED', description: 'type `New`: added', severity: 'PASS' },
      { code: 'FIELD_ADDED', description: 'type `Query`: field `new` added', severity: 'PASS' },
    ]);
  });

  it('counts only what is over the threshold, and in the period', async () => {
    const over = await check(WITHOUT_NAME, '--query-count-threshold', '12');
    const under = await check(WITHOUT_NAME, '--query-count-threshold', '13', '--format', 'json');
    await registry.pool.query(`UPDATE operation_usage SET hour = hour - interval '10 days'`);
    await sendReport(registry, REF, {
      operation: '{products{id}}',
      fields: { Product: ['id'] },
      requests: 1,
    });
    const older = await check(WITHOUT_NAME);
    const within = await check(WITHOUT_NAME, '--validation-period', '2w');

    expect(over.code).toBe(1);
    expect(changesOf(under)).toMatchObject([
      { severity: 'FAIL', description: expect.stringContaining('no operation was recorded') },
    ]);
    expect(older.code).toBe(0);
    expect(within.code).toBe(1);
  });

  it('lints what is new, and only that', async () => {
    const { code, stdout } = await check(PRODUCTS.replace('weight: Int', 'weight: Int\n  Bad_name: Int'));
    const again = await registry.rover([
      'subgraph',
      'lint',
      REF,
      '--name',
      'products',
      '--schema',
      await registry.file('l.graphql', 'type Query { A_b: Int }'),
    ]);

    expect(code).toBe(0);
    expect(stdout).toContain('Linter Check [PASSED]');
    expect(stdout).toMatch(/WARNING ┆ Product.Bad_name ┆ 13 +┆ Field names should use camelCase style/);
    expect(again.code).toBe(0);
    expect(again.stdout + again.stderr).toContain('Field names should use camelCase style.');
  });

  it('can be let run in the background, and checked before a publish', async () => {
    const schema = await registry.file('unused.graphql', WITHOUT_NAME);
    const background = await check(WITHOUT_NAME, '--background', '--validation-period', '2w');
    const publish = await registry.rover([
      ...[
        'subgraph',
        'publish',
        REF,
        '--name',
        'products',
        '--schema',
        schema,
        '--check',
        '--validation-period',
        '2w',
      ],
    ]);

    expect(background.code).toBe(0);
    expect(background.stdout + background.stderr).toContain('Check successfully started with workflow ID:');
    expect(publish.code).not.toBe(0);
  });
});

describe('a directive that operations have', () => {
  it('is taken from them by a new subgraph that does not define it', async () => {
    const registry = await startTestRegistry();
    const check = async (sdl: string) =>
      registry.rover([
        ...['subgraph', 'check', REF, '--name', 'reviews'],
        ...['--schema', await registry.file('reviews.graphql', sdl)],
      ]);
    await registry.publish('products', `${PRODUCTS}\ndirective @mask(by: Int) on FIELD`);
    await sendReport(registry, REF, {
      name: 'Masked',
      operation: 'query Masked{products{id@mask(by:1)}}',
      fields: { Query: ['products'], Product: ['id'] },
      requests: 3,
    });
    const without = await check(REVIEWS);
    const withIt = await check(`${REVIEWS}\ndirective @mask(by: Int) on FIELD`);
    await registry.stop();

    expect(without).toMatchObject({ code: 1, stderr: expect.stringContaining('error[E043]') });
    expect(without.stdout).toMatch(
      /FAIL +┆ DIRECTIVE_REMOVED ┆ directive `@mask`: removed; used 3 times by Masked \(web@1: 3\)/,
    );
    expect(withIt.code).toBe(0);
  });
});

describe('lint levels', () => {
  it('decide whether a check fails', async () => {
    const registry = await startTestRegistry({ lintLevels: { FIELD_NAMES_SHOULD_BE_CAMEL_CASE: 'ERROR' } });
    await registry.publish('products', PRODUCTS);
    const schema = await registry.file(
      's.graphql',
      PRODUCTS.replace('weight: Int', 'weight: Int\n  Bad_name: Int'),
    );
    const check = await registry.rover(['subgraph', 'check', REF, '--name', 'products', '--schema', schema]);
    const lint = await registry.rover(['subgraph', 'lint', REF, '--name', 'products', '--schema', schema]);
    const odd = await registry.file('odd.graphql', '# 💥 ünï\ntype Query { A_b: Int } # 💥');
    const oddly = await registry.rover(['subgraph', 'lint', REF, '--name', 'products', '--schema', odd]);
    const broken = await registry.file('broken.graphql', 'type Query { a: ');
    const unreadable = await registry.rover([
      'subgraph',
      'lint',
      REF,
      '--name',
      'products',
      '--schema',
      broken,
    ]);
    await registry.stop();

    expect(check).toMatchObject({ code: 1, stderr: expect.stringContaining('error[E043]') });
    expect(lint).toMatchObject({ code: 1, stderr: expect.stringContaining('error[E042]') });
    expect(oddly).toMatchObject({ code: 1, stderr: expect.stringContaining('error[E042]') });
    expect(unreadable).toMatchObject({ code: 1, stderr: expect.stringContaining('error[E042]') });
  });
});
