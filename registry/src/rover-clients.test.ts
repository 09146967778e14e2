import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphqlAnswer } from '@tributary/testkit';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PRODUCTS } from './testing/schemas.ts';
import { GRAPH, startTestRegistry, type TestRegistry } from './testing/start-test-registry.ts';

const REF = `${GRAPH}@current`;
const SCHEMA = PRODUCTS.replace('weight: Int', 'weight: Int @deprecated(reason: "No scales.")');
const WITHOUT_NAME = SCHEMA.replace('  name: String!\n', '');
const operation = (id: string, name: string, body: string) => ({ id, name, type: 'query', body });
const manifest = (...operations: readonly object[]): string =>
  JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations });
const UPLINK = `query PersistedQueriesManifestQuery($apiKey: String!, $ref: String!, $ifAfterId: ID) {
  persistedQueries(ref: $ref, apiKey: $apiKey, ifAfterId: $ifAfterId) {
    __typename
    ... on PersistedQueriesResult { id minDelaySeconds chunks { id urls } }
    ... on Unchanged { id minDelaySeconds }
    ... on FetchError { code message }
  }
}`;

describe('rover client check', () => {
  let registry: TestRegistry;
  const check = async (...documents: string[]) => {
    const root = join(dirname(await registry.file('x', '')), `client-${Math.random()}`);
    await mkdir(root);
    await Promise.all(documents.map((text, index) => writeFile(join(root, `${index}.graphql`), text)));
    return registry.rover(['client', 'check', REF, '--root-dir', root]);
  };
  beforeAll(async () => {
    registry = await startTestRegistry();
  });
  afterAll(() => registry.stop());

  it('says that there is no schema yet', async () => {
    const { code, stdout, stderr } = await check('query A { products { id } }');

    expect(code).toBe(1);
    expect(stdout + stderr).toContain('has no schema');
    await registry.publish('products', SCHEMA);
  });

  it('passes operations that fit, and warns of what is deprecated', async () => {
    const fits = await check('query A { products { id } }');
    const deprecated = await check('query B { products { weight } }');

    expect(fits.code).toBe(0);
    expect(deprecated.code).toBe(0);
    expect(deprecated.stdout + deprecated.stderr).toContain('No scales.');
  });

  it('refuses operations that do not fit', async () => {
    const { code, stdout, stderr } = await check(
      'query A { products { id } }',
      'query C { products { price } }',
    );

    expect(code).toBe(1);
    expect(stdout + stderr).toContain('Cannot query field "price" on type "Product".');
  });
});

describe('rover persisted-queries publish', () => {
  let registry: TestRegistry;
  const publish = async (text: string, ...args: string[]) =>
    registry.rover([
      ...['persisted-queries', 'publish', ...(args.includes('--graph-id') ? [] : [REF])],
      ...['--manifest', await registry.file(`manifest-${Math.random()}.json`, text), ...args],
    ]);
  const checkWithoutName = async () =>
    registry.rover([
      ...['subgraph', 'check', REF, '--name', 'products'],
      ...['--schema', await registry.file('without-name.graphql', WITHOUT_NAME)],
    ]);
  const uplink = async (variables: object = {}) => {
    const response = await fetch(`${registry.url}/uplink`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: UPLINK,
        variables: { apiKey: registry.key, ref: REF, ifAfterId: null, ...variables },
      }),
    });
    return ((await response.json()) as GraphqlAnswer).data.persistedQueries;
  };

  beforeAll(async () => {
    registry = await startTestRegistry();
    await registry.publish('products', SCHEMA);
  });
  afterAll(() => registry.stop());

  it('adds operations, each once', async () => {
    const first = await publish(
      manifest(operation('1', 'A', 'query A { products { id } }'), operation('2', 'B', '{ __typename }')),
    );
    const again = await publish(manifest(operation('1', 'A', 'query A { products { id } }')));
    const more = await publish(manifest(operation('3', 'C', '{ products { id } }')));

    expect(first.code).toBe(0);
    expect(first.stdout).toContain('Successfully added 2 operations, creating revision 1 of shop@current');
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).not.toContain('revision 2');
    expect(more.stdout).toContain('creating revision 2 of shop@current, which contains 3 operations');
  });

  it('takes a list by its id, and a manifest of Relay’s for one client', async () => {
    const relay = JSON.stringify({ r1: 'query R { products { id } }' });
    const { code, stdout } = await publish(
      relay,
      ...[
        '--graph-id',
        GRAPH,
        '--list-id',
        'current',
        '--manifest-format',
        'relay',
        '--for-client-name',
        'web',
      ],
    );

    expect(code).toBe(0);
    expect(stdout).toContain('Successfully added 1 operation, creating revision 3');
  });

  it('never changes what an id stands for, and refuses what cannot be read', async () => {
    const changed = await publish(manifest(operation('1', 'A', 'query A { products { name } }')));
    const broken = await publish(manifest(operation('9', 'Z', 'query Z {')));
    const unknown = await publish(manifest(), '--graph-id', GRAPH, '--list-id', 'nowhere');
    const key = await registry.createKey({ role: 'PUBLISHER' });
    const file = await registry.file('m.json', manifest(operation('8', 'Y', '{ __typename }')));
    const refused = await registry.rover(['persisted-queries', 'publish', REF, '--manifest', file], {
      APOLLO_KEY: key,
    });

    expect(changed).toMatchObject({ code: 1, stderr: expect.stringContaining('Bodies never change') });
    expect(broken).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The operation 9: Syntax Error'),
    });
    expect(unknown.code).toBe(1);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('may not manage') });
  });

  it('counts as use in checks, though nobody has sent it yet', async () => {
    const unused = await checkWithoutName();
    await publish(manifest(operation('4', 'Names', '{ products { name } }')), '--for-client-name', 'ios');
    const used = await checkWithoutName();

    expect(unused.code).toBe(0);
    expect(used.code).toBe(1);
    expect(used.stdout).toContain('field `name` removed; relied on by Names (persisted by ios)');
  });

  it('is served to routers over Uplink, and changes with each revision', async () => {
    const { id, chunks } = await uplink();
    const response = await fetch(chunks[0].urls[0]);
    const served = (await response.json()) as { operations: { id: string; clientName?: string }[] };
    const unchanged = await uplink({ ifAfterId: id });
    const guessed = await fetch(`${registry.url}/persisted-operations/${'0'.repeat(64)}`);

    expect(served).toMatchObject({ format: 'apollo-persisted-query-manifest', version: 1 });
    expect(served.operations).toHaveLength(5);
    expect(served.operations.find((each) => each.id === '4')).toEqual({
      ...operation('4', 'Names', '{ products { name } }'),
      clientName: 'ios',
    });
    expect(unchanged).toMatchObject({ __typename: 'Unchanged', id });
    expect(guessed.status).toBe(404);
    expect(await uplink({ ref: `${GRAPH}@other` })).toMatchObject({ chunks: null });
    expect(await uplink({ apiKey: 'wrong' })).toMatchObject({ code: 'AUTHENTICATION_FAILED' });
  });
});
