import { describe, expect, it } from '@jest/globals';
import { Apq, persistedOperationsConfig, PersistedQueries } from './persisted-queries-yaml.ts';

const REGISTRY = {
  graphRef: 'shop@current',
  key: 'k',
  endpoints: ['http://registry.test/uplink'],
  timeoutMs: 1_000,
  pollIntervalMs: 1_000,
};
const config = (queries: unknown, apq: unknown = {}) =>
  persistedOperationsConfig(
    { persisted_queries: PersistedQueries.parse(queries), apq: Apq.parse(apq) },
    (path) => `/folder/${path}`,
    REGISTRY,
  );

describe('persisted_queries and apq', () => {
  it('let clients register documents, and nothing else, by default', () => {
    expect(config({})).toEqual({
      manifests: [],
      hotReload: true,
      logUnknown: false,
      safelist: false,
      requireId: false,
      automaticBytes: 10_000_000,
    });
  });

  it('take every option; a safelist ends registering', () => {
    const safelist = { enabled: true, require_id: true };

    expect(config({ local_manifests: ['a'], hot_reload: false, log_unknown: true, safelist })).toEqual({
      manifests: ['/folder/a'],
      hotReload: false,
      logUnknown: true,
      safelist: true,
      requireId: true,
      automaticBytes: undefined,
    });
    expect(config({ registry: { enabled: true, last_good: 'kept.json' } })).toMatchObject({
      registry: { ...REGISTRY, lastGoodFile: '/folder/kept.json' },
    });
    expect(config({}, { cache_bytes: '1kB' })).toMatchObject({ automaticBytes: 1_000 });
    expect(config({}, { enabled: false })).toMatchObject({ automaticBytes: undefined });
  });
});
