import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  composeFakes,
  postGraphql,
  spawnService,
  startFakeSubgraph,
  waitFor,
  type FakeSubgraph,
} from '@tributary/testkit';
import { generateSigningKey, toPublicKey } from '@tributary/service-kit';
import { importJWK, SignJWT, type JWK } from 'jose';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');

const SLOW_MS = 1_500;

describe('the gateway program', () => {
  let subgraph: FakeSubgraph;
  let folder: string;
  let service: ReturnType<typeof spawnService> | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-'));
    subgraph = await startFakeSubgraph('a', 'type Query { n: Int slow: Int mine: Int @authenticated }', {
      Query: {
        n: () => 7,
        mine: () => 9,
        slow: () =>
          new Promise((resolve) =>
            setTimeout(() => {
              resolve(8);
            }, SLOW_MS),
          ),
      },
    });
    await writeFile(join(folder, 'supergraph.graphql'), composeFakes([subgraph]));
  });
  afterEach(async () => {
    service?.process.kill('SIGTERM');
    await service?.finished;
    service = undefined;
    await subgraph.close();
    await rm(folder, { recursive: true });
  });

  const configure = (text: string): Promise<void> => writeFile(join(folder, 'gateway.yaml'), text);
  const run = (...args: string[]) => {
    service = spawnService('gateway/src/main.ts', ['--config', join(folder, 'gateway.yaml'), ...args], {
      PATH: process.env['PATH'] ?? '',
    });
    return service;
  };
  const serve = async (...args: string[]): Promise<{ url: string; output: () => string }> => {
    const { output } = run('--port', '0', ...args);
    await waitFor(() => output().includes('Supergraph ready'), { timeoutMs: 90_000 });
    return { url: /"url.full":"([^"]+)"/.exec(output())?.[1] ?? '', output };
  };

  it('needs nothing but a supergraph, which is named from where the configuration is', async () => {
    await configure('supergraph: ./supergraph.graphql\n');

    const { url } = await serve();

    expect((await postGraphql(url, { query: '{ n }' })).data).toEqual({ n: 7 });
  });

  it('is a command, with paths from where it is called', async () => {
    const ask = (...args: string[]) => promisify(execFile)('npx', ['gateway', ...args], { cwd: root });
    const { stdout } = await ask('--help');
    expect(stdout).toContain('Usage: npx gateway');

    await configure('supergraph: ./supergraph.graphql\n');
    const relativeFile = relative(root, join(folder, 'gateway.yaml'));
    expect((await ask('--config', relativeFile, '--check-config')).stdout).toContain('can be served by');
    await expect(ask('--suprgraph', 'x')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--suprgraph'),
    });
  });

  it('enforces what a supergraph says without a configuration', async () => {
    const guarded = await startFakeSubgraph(
      'guarded',
      `type Query {
        open: Int
        signed: Int @authenticated
        scoped: Int @requiresScopes(scopes: [["a"]])
        ruled: Int @policy(policies: [["p"]])
        dear: Int @cost(weight: 20000)
      }`,
      { Query: { open: () => 1 } },
    );
    try {
      const file = join(folder, 'guarded.graphql');
      await writeFile(file, composeFakes([guarded]));
      await configure('');
      const { url } = await serve('--supergraph', file);

      const closed = await postGraphql(url, { query: '{ open signed scoped ruled }' });
      const dear = await postGraphql(url, { query: '{ open dear }' });

      expect(closed.data).toEqual({ open: 1, signed: null, scoped: null, ruled: null });
      expect(closed.errors?.map(({ path, extensions }) => [path, extensions?.code])).toEqual(
        ['signed', 'scoped', 'ruled'].map((field) => [[field], 'UNAUTHORIZED_FIELD_OR_TYPE']),
      );
      expect(dear).toMatchObject({
        status: 400,
        errors: [{ extensions: { code: 'COST_ESTIMATED_TOO_EXPENSIVE' } }],
      });
      expect(guarded.requests.map(({ query }) => query)).toEqual(['{open}']);
    } finally {
      await guarded.close();
    }
  });

  it('says what is wrong with a configuration and ends', async () => {
    await configure('supergraph: ./supergraph.graphql\nlimits:\n  max_dept: 3\n');
    const wrong = run('--check-config');

    expect((await wrong.finished).exitCode).toBe(2);
    expect(wrong.output()).toContain(
      'line 3: limits.max_dept: there is no such option; did you mean "max_depth"?',
    );

    await configure(
      `supergraph: ./gone.graphql
plugins: [{ path: ./gone.mjs }]
persisted_queries: { local_manifests: [./gone.json] }
tls: { subgraph: { all: { certificate_authorities: ./gone.pem } } }
explorer: { operations: ./gone }
`,
    );
    const incomplete = run('--check-config');

    expect((await incomplete.finished).exitCode).toBe(2);
    for (const option of [
      'supergraph',
      'tls.subgraph.all',
      'plugins',
      'persisted_queries.local_manifests',
      'explorer.operations',
    ])
      expect(incomplete.output()).toMatch(new RegExp(`- ${option}: .*/gone`));

    await configure('supergraph: ./supergraph.graphql\nlimits:\n  max_depth: 3\n');
    const right = run('--check-config');

    expect((await right.finished).exitCode).toBe(0);
    expect(right.output()).toContain('is a configuration that can be served by');
  });

  it('serves by a changed configuration, and by the old one while the new one is wrong', async () => {
    await configure('supergraph: ./supergraph.graphql\n');
    const { url, output } = await serve();
    const refusal = async () =>
      (await postGraphql(url, { query: '{ a: n b: n }' })).errors?.[0]?.extensions?.['code'];
    expect(await refusal()).toBeUndefined();

    await configure('supergraph: ./supergraph.graphql\nlimits:\n  max_aliases: 1\n');
    await waitFor(async () => (await refusal()) === 'MAX_ALIASES_LIMIT');

    await configure('supergraph: ./supergraph.graphql\nlimits: 7\n');
    await waitFor(() => output().includes('configuration refused, keeping the old one'));
    expect(output()).toContain('line 2: limits: must be options with their values');
    expect(await refusal()).toBe('MAX_ALIASES_LIMIT');

    await configure('supergraph: ./gone.graphql\n');
    await waitFor(() => output().includes('Cannot read the supergraph'));
    expect(await refusal()).toBe('MAX_ALIASES_LIMIT');

    await configure('supergraph: ./supergraph.graphql\nworkers: 2\n');
    await waitFor(async () => (await refusal()) === undefined);
    await waitFor(() => output().includes('these options take effect when the gateway is restarted'));
    expect(output()).toContain('"config.options":["workers"]');
  });

  it('knows callers by their tokens, and opens to them what the supergraph protects', async () => {
    const key = await generateSigningKey('k1');
    await writeFile(join(folder, 'jwks.json'), JSON.stringify({ keys: [toPublicKey(key)] }));
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: key.kid })
      .setSubject('usr_1')
      .setIssuer('https://users.example')
      .setAudience('supergraph')
      .setExpirationTime('5m')
      .sign(await importJWK(key as JWK, 'EdDSA'));
    await configure(`
supergraph: ./supergraph.graphql
authentication:
  jwt:
    cookie_name: session
    jwks:
      - url: ./jwks.json
        issuers: [https://users.example]
`);
    const { url } = await serve();
    const ask = (headers: Record<string, string>) => postGraphql(url, { query: '{ n mine }' }, headers);

    expect((await ask({})).data).toEqual({ n: 7, mine: null });
    expect((await ask({ authorization: `Bearer ${token}` })).data).toEqual({ n: 7, mine: 9 });
    expect((await ask({ cookie: `session=${token}` })).data).toEqual({ n: 7, mine: 9 });
    expect((await ask({ authorization: `Bearer ${token}x` })).errors?.[0]?.extensions?.['code']).toBe(
      'UNAUTHENTICATED',
    );
  });

  it('ends requests by the configuration they began with', async () => {
    await configure('supergraph: ./supergraph.graphql\n');
    const { url, output } = await serve();

    const slow = postGraphql(url, { query: '{ slow }' });
    await waitFor(() => subgraph.requests.length === 1);
    await configure('supergraph: ./supergraph.graphql\ntraffic_shaping:\n  all:\n    timeout: 100ms\n');
    await waitFor(() => output().includes('configuration reloaded'));

    expect((await slow).data).toEqual({ slow: 8 });
    const late = await postGraphql(url, { query: '{ slow }' });
    expect(late.errors?.[0]?.extensions?.['code']).toBe('GATEWAY_TIMEOUT');
  });
});
