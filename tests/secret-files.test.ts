import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateSigningKey } from '@tributary/service-kit';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './source-files.ts';

const node = (args: readonly string[], env: Readonly<Record<string, string>>) =>
  spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  });

describe('docker/write-secret-files.js', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'secrets-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const write = (env: Readonly<Record<string, string>>) =>
    node(['docker/write-secret-files.js', folder], env);

  it('writes what only the account may read, encoded where it stands in a URL', async () => {
    const { status } = write({
      PASSWORD: 'a/b@c',
      'FILE_store-url': 'postgres://users:{{uri:PASSWORD}}@host/users',
      'FILE_key.json': '{{PASSWORD}}',
    });

    expect(status).toBe(0);
    expect(await readFile(join(folder, 'store-url'), 'utf8')).toBe('postgres://users:a%2Fb%40c@host/users');
    expect(await readFile(join(folder, 'key.json'), 'utf8')).toBe('a/b@c');
    expect((await stat(join(folder, 'key.json'))).mode & 0o777).toBe(0o400);
  });

  it('fails when a secret is missing, and names it', () => {
    const { status, stderr } = write({ FILE_other: '{{NOT_THERE}}' });

    expect(status).toBe(1);
    expect(stderr).toContain('NOT_THERE is not set');
  });

  it.each([
    ['deploy/lib/gateway.yaml', ''],
    // Relative paths are those of the container.
    ['docker/gateway.yaml', './operations'],
  ])(
    'makes of %s a configuration that the gateway takes',
    async (file, operations) => {
      const template = (await readFile(join(root, file), 'utf8'))
        .replaceAll('/run/secrets/', `${folder}/`)
        .replace(operations === '' ? /$^/ : operations, join(root, 'schema/operations'));
      const { status } = write({
        FILE_gateway: template,
        'FILE_uplink-key': '{{UPLINK_KEY}}',
        'FILE_viewer-key.json': JSON.stringify(await generateSigningKey('viewer')),
        GRAPH_REF: 'tributary@prod',
        UPLINK_KEY: 'service:tributary:key',
        UPLINK_ENDPOINT: 'http://registry:4010/uplink',
        USAGE_ENDPOINT: 'http://registry:4010/api/ingress/traces',
        REDIS_URL: 'rediss://cache:6379',
      });
      expect(status).toBe(0);

      const arguments_ = ['scripts/gateway.ts', '--config', join(folder, 'gateway'), '--check-config'];
      expect(node(['scripts/run.mjs', ...arguments_], {})).toMatchObject({ status: 0 });
      await rm(join(folder, 'gateway'));
      await rm(join(folder, 'uplink-key'));
      await rm(join(folder, 'viewer-key.json'));
    },
    60_000,
  );
});
