import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCommandLine } from './command-line.ts';
import { loadConfig } from './gateway-config.ts';

describe('where the supergraph comes from', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'config-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const load = async (yaml: string, env: Record<string, string> = {}, ...more: string[]) => {
    const file = join(folder, 'gateway.yaml');
    await writeFile(file, yaml);
    return loadConfig(readCommandLine(['--config', file, ...more]), env).config.supergraph;
  };
  const GRAPHOS = { APOLLO_KEY: 'k', APOLLO_GRAPH_REF: 'shop@prod' };

  it('is a file, beside the configuration', async () => {
    expect(await load('supergraph: s.graphql')).toEqual({ kind: 'file', path: join(folder, 's.graphql') });
  });

  it('is a URL', async () => {
    const yaml = `
supergraph: https://registry.example.com/s.graphql
supergraph_source: { poll_interval: 3s, timeout: 4s, headers: { x-key: k }, last_good: kept.graphql }
`;

    expect(await load(yaml)).toEqual({
      kind: 'url',
      url: 'https://registry.example.com/s.graphql',
      headers: { 'x-key': 'k' },
      pollIntervalMs: 3_000,
      timeoutMs: 4_000,
      lastGoodFile: join(folder, 'kept.graphql'),
    });
  });

  it('is a registry', async () => {
    const yaml = `uplink: { graph_ref: shop@prod, key: '\${env.KEY}', endpoints: ['http://registry/uplink'] }`;

    expect(await load(yaml, { KEY: 'k' })).toEqual({
      kind: 'uplink',
      graphRef: 'shop@prod',
      key: 'k',
      endpoints: ['http://registry/uplink'],
      pollIntervalMs: 10_000,
      timeoutMs: 10_000,
      lastGoodFile: undefined,
    });
  });

  it('is what the environment says when nothing else does', async () => {
    expect(await load('', GRAPHOS)).toMatchObject({
      graphRef: 'shop@prod',
      key: 'k',
      endpoints: ['https://uplink.api.apollographql.com/', 'https://aws.uplink.api.apollographql.com/'],
    });
    expect(await load('', { ...GRAPHOS, APOLLO_UPLINK_ENDPOINTS: 'http://a, http://b' })).toMatchObject({
      endpoints: ['http://a', 'http://b'],
    });
    expect(await load('supergraph: s.graphql', GRAPHOS)).toMatchObject({ kind: 'file' });
  });

  it('is what the command line says before all', async () => {
    expect(await load('supergraph: s.graphql', {}, '--supergraph', 'http://x/s')).toMatchObject({
      kind: 'url',
      url: 'http://x/s',
    });
  });

  it.each([
    ['', 'supergraph: is needed'],
    ['supergraph: s\nuplink: { graph_ref: a@b, key: k }', 'uplink: cannot stand beside supergraph'],
    ['uplink: { graph_ref: shop, key: k }', 'must be GRAPH@VARIANT'],
  ])('is refused with the reason: %p', async (yaml, message) => {
    await expect(load(yaml)).rejects.toThrow(message);
  });
});
