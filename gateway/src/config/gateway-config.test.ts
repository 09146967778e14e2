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

  it('hands on what is said of limits and of who is asking', async () => {
    const config = await load(`
limits:
  http_max_request_bytes: 2kB
  http1_max_request_headers: 7
  http1_max_request_buf_size: 8KiB
  parser_max_tokens: 11
  parser_max_recursion: 12
  max_depth: 13
  max_height: 14
  max_root_fields: 15
  max_aliases: 16
  max_directives: 17
  warn_only: true
traffic_shaping: { max_entities_per_request: 18, sharing: reads }
query_planning: { timeout: 19s, cache_bytes: 20kB }
authentication:
  viewer_key_file: key.json
  jwt:
    header_name: x-token
    header_value_prefix: Token
    ignore_other_prefixes: true
    cookie_name: session
    clock_tolerance: 21s
    jwks:
      - url: keys.json
        issuers: [i]
        audiences: [a]
        algorithms: [RS256]
        token_types: [JWT]
        poll_interval: 22s
authorization:
  require_authentication: true
  directives: { enabled: false, reject_unauthorized: true }
telemetry:
  access_log: { enabled: true }
  exporters:
    metrics: { prometheus: { enabled: true, listen: { host: 0.0.0.0, port: 23 }, path: /numbers } }
    tracing:
      common: { service_name: front, sampler: 0.25, max_traces_per_second: 18 }
      otlp: { enabled: true, endpoint: 'http://collector/v1/traces', headers: { x-key: k } }
`);

    expect(config).toMatchObject({
      maxBodyBytes: 2_000,
      maxHeaders: 7,
      maxHeaderBytes: 8_192,
      limits: {
        maxTokens: 11,
        maxRecursion: 12,
        maxDepth: 13,
        maxHeight: 14,
        maxRootFields: 15,
        maxAliases: 16,
        maxDirectives: 17,
        warnOnly: true,
      },
      maxEntitiesPerRequest: 18,
      sharing: 'reads',
      planningTimeoutMs: 19_000,
      operationCacheBytes: 20_000,
      authentication: {
        viewerKeyFile: join(folder, 'key.json'),
        clockToleranceMs: 21_000,
        tokenSource: {
          headerName: 'x-token',
          headerValuePrefix: 'Token',
          ignoreOtherPrefixes: true,
          cookieName: 'session',
        },
        issuers: [
          {
            source: join(folder, 'keys.json'),
            issuers: ['i'],
            audiences: ['a'],
            algorithms: ['RS256'],
            tokenTypes: ['JWT'],
            pollIntervalMs: 22_000,
          },
        ],
      },
      authorization: { directives: false, rejectUnauthorized: true, requireAuthentication: true },
      telemetry: {
        accessLog: true,
        prometheus: { host: '0.0.0.0', port: 23, path: '/numbers' },
        tracing: {
          endpoint: 'http://collector/v1/traces',
          headers: { 'x-key': 'k' },
          serviceName: 'front',
          ratio: 0.25,
          mostPerSecond: 18,
        },
      },
    });
  });
});
