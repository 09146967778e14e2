import { describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readGatewayYaml } from './read-gateway-yaml.ts';

const read = (text: string, env: Record<string, string> = {}, folder = '/nowhere') => {
  const result = readGatewayYaml(text, { env, folder });
  return 'yaml' in result ? result.yaml : result.problems;
};

describe('gateway.yaml', () => {
  it.each(['', '# nothing\n', 'limits:\n  # max_depth: 3\n'])(
    'has a default for everything: %j',
    (text: string) => {
      expect(read(text)).toMatchObject({
        listen: { host: '127.0.0.1', port: 4000 },
        limits: { http_max_request_bytes: 1_000_000, warn_only: false },
        traffic_shaping: { all: { timeout: 30_000 }, sharing: 'queries' },
      });
    },
  );

  it('takes times and sizes with their units', () => {
    expect(
      read(
        'traffic_shaping:\n  all:\n    timeout: 1.5s\n    max_response_bytes: 2KiB\nquery_planning:\n  timeout: 250ms\n',
      ),
    ).toMatchObject({
      traffic_shaping: { all: { timeout: 1_500, max_response_bytes: 2_048 } },
      query_planning: { timeout: 250 },
    });
  });

  it('says everything that is wrong, in the order of the lines', () => {
    const text = `listen:
  prot: 4000
  port: 70000
traffic_shaping:
  all: { timeout: 5 }
  sharing: maybe
authentication: {}
something_else: 1
`;

    expect(read(text)).toEqual([
      'line 2: listen.prot: there is no such option; did you mean "port"?',
      'line 3: listen.port: must be a TCP port, 0 to 65535',
      'line 5: traffic_shaping.all.timeout: must be a time with its unit, like 500ms, 30s or 5m',
      'line 6: traffic_shaping.sharing: must be queries, reads or off',
      'line 7: authentication.jwt: is needed',
      expect.stringMatching(
        /^line 8: something_else: there is no such option\. There are: supergraph, uplink, /,
      ),
    ]);
  });

  it('refuses what is no YAML, and a key that is there twice', () => {
    expect(read('listen: {')).toEqual([expect.stringMatching(/^line 1: /)]);
    expect(read('workers: 1\nworkers: 2\n')).toEqual(['line 2: Map keys must be unique']);
    expect(read('- a\n')).toEqual(['must be options with their values']);
  });

  describe('references', () => {
    it('take the place of a value, with its type unless they are quoted', () => {
      const env = { PORT: '4123', NAME: '127.0.0.2', EMPTY: '' };

      expect(read('listen:\n  port: ${env.PORT}\n  host: ${env.NAME}\n', env)).toMatchObject({
        listen: { port: 4123, host: '127.0.0.2' },
      });
      expect(read('listen:\n  port: ${env.EMPTY:-4124}\n', env)).toMatchObject({ listen: { port: 4124 } });
      expect(read('supergraph: "${env.PORT}"\n', env)).toMatchObject({ supergraph: '4123' });
      expect(read('supergraph: /data/${env.PORT}/${env.NAME}.graphql\n', env)).toMatchObject({
        supergraph: '/data/4123/127.0.0.2.graphql',
      });
    });

    it('are not looked for in what they stand for', () => {
      expect(read('supergraph: ${env.A}\n', { A: '${env.B}', B: 'secret' })).toMatchObject({
        supergraph: '${env.B}',
      });
    });

    it('read files, from where the configuration is', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'config-'));
      await writeFile(join(folder, 'level'), 'warn\n');

      expect(read('log:\n  level: ${file.level}\n', {}, folder)).toMatchObject({ log: { level: 'warn' } });

      await rm(folder, { recursive: true });
    });

    it('that lead nowhere are all named, without a value of any', () => {
      expect(read('supergraph: ${env.A}\nlisten:\n  port: ${file.port}\n', { B: 'secret' })).toEqual([
        'line 1: the environment variable A is not set; set it, or write ${env.A:-something}',
        'line 3: the file port cannot be read, or is empty',
      ]);
    });
  });
});

describe('persisted operations', () => {
  it('cannot be safelisted without a list, or beside automatic ones', () => {
    expect(read('persisted_queries:\n  safelist:\n    enabled: true\napq:\n  enabled: true\n')).toEqual([
      'line 3: persisted_queries.safelist.enabled: needs local_manifests or registry.enabled: without one every operation would be refused',
      'line 5: apq.enabled: must be false with a safelist: clients could register what the safelist refuses',
    ]);
    expect(read('persisted_queries:\n  safelist:\n    require_id: true\n')).toEqual([
      'line 3: persisted_queries.safelist.require_id: needs safelist.enabled: true',
    ]);
  });
});
