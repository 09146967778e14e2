import { describe, expect, it } from '@jest/globals';
import type { SupergraphLocation } from '../sources/supergraph-source.ts';
import { Telemetry, telemetryOptions } from './telemetry-yaml.ts';

const FILE: SupergraphLocation = { kind: 'file', path: '/supergraph.graphql' };
const uplink = (endpoint: string): SupergraphLocation => ({
  kind: 'uplink',
  graphRef: 'shop@prod',
  key: 'of the registry',
  endpoints: [endpoint],
  timeoutMs: 1,
  pollIntervalMs: 1,
  lastGoodFile: undefined,
});
const ENV = { APOLLO_KEY: 'k', APOLLO_GRAPH_REF: 'shop@dev' };
const GRAPHOS = 'https://usage-reporting.api.apollographql.com/api/ingress/traces';

describe('reports of usage', () => {
  const usage = (apollo: object, supergraph: SupergraphLocation = FILE, env: Record<string, string> = {}) =>
    telemetryOptions(Telemetry.parse({ apollo }), supergraph, env).usage;

  it('are off until it is known of what', () => {
    expect(usage({})).toBeUndefined();
    expect(usage({ endpoint: 'https://registry.example.com' })).toBeUndefined();
    expect(usage({}, FILE, { APOLLO_KEY: 'k' })).toBeUndefined();
  });

  it('go to GraphOS when the environment says of what', () => {
    expect(usage({}, FILE, ENV)).toEqual({
      graphRef: 'shop@dev',
      key: 'k',
      endpoint: GRAPHOS,
      everyMs: 10_000,
      fieldShare: 0,
    });
    expect(usage({ enabled: false }, FILE, ENV)).toBeUndefined();
  });

  it('never take the key of another registry to GraphOS by themselves', () => {
    const other = 'https://registry.example.com/uplink';

    expect(usage({}, uplink(other), ENV)).toBeUndefined();
    expect(usage({}, FILE, { ...ENV, APOLLO_UPLINK_ENDPOINTS: other })).toBeUndefined();
    expect(usage({}, uplink('https://uplink.api.apollographql.com/'))).toMatchObject({
      key: 'of the registry',
      endpoint: GRAPHOS,
    });
    expect(usage({ endpoint: 'https://registry.example.com/usage' }, uplink(other))).toMatchObject({
      graphRef: 'shop@prod',
      key: 'of the registry',
      endpoint: 'https://registry.example.com/usage',
    });
  });
});
