import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCommandLine } from './command-line.ts';
import { loadConfig } from './gateway-config.ts';

describe('loadConfig', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'config-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const load = async (yaml: string) => {
    const file = join(folder, 'gateway.yaml');
    await writeFile(file, `supergraph: s.graphql\n${yaml}`);
    return loadConfig(readCommandLine(['--config', file]), {}).config;
  };

  it('is safe by default', async () => {
    expect(await load('')).toMatchObject({
      csrfHeaders: ['x-apollo-operation-name', 'apollo-require-preflight'],
      suggestions: true,
      cors: { anyOrigin: undefined, policies: [{ origins: ['https://studio.apollographql.com'] }] },
      demandControl: { appliesTo: 'declared', mode: 'enforce' },
    });
  });

  it('hands on what is said of requests from other origins and of errors', async () => {
    const config = await load(`
csrf: { required_headers: [x-mine] }
suggestions: false
redact_query_validation_errors: true
cors: { allow_any_origin: true, policies: [] }
include_subgraph_errors: { all: false }
demand_control: { enabled: false }
persisted_queries: { local_manifests: [m.json] }
headers: { all: { request: [{ insert: { name: X-A, value: '1' } }] } }
override_subgraph_url: { a: 'http://a.internal/graphql' }
rate_limit: { capacity: 5 }
plugins: [{ path: p.ts, options: { a: 1 } }, { path: /q.js }]
authorization: { directives: { filter_introspection: true }, policies: { url: 'http://127.0.0.1:9/', timeout: 2s, cache: 0s } }
`);

    expect(config).toMatchObject({
      csrfHeaders: ['x-mine'],
      suggestions: false,
      redactValidationErrors: true,
      cors: { anyOrigin: { allowCredentials: false }, policies: [] },
      subgraphErrors: { all: { showsMessage: false } },
      demandControl: undefined,
      authorization: { directives: true, filterIntrospection: true },
      policies: { url: 'http://127.0.0.1:9/', timeoutMs: 2_000, cacheMs: 0 },
      headerRules: { all: [{ kind: 'insert', name: 'x-a', value: '1' }] },
      subgraphShapes: {
        subgraphs: new Map([['a', expect.objectContaining({ url: 'http://a.internal/graphql' })]]),
      },
      rateLimit: { everybody: { capacity: 5 } },
      plugins: [
        { path: join(folder, 'p.ts'), options: { a: 1 } },
        { path: '/q.js', options: undefined },
      ],
      persistedOperations: { manifests: [join(folder, 'm.json')] },
    });
    expect((await load('csrf: { unsafe_disabled: true }')).csrfHeaders).toBeUndefined();
  });
});
