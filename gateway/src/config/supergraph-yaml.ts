import { httpUrl } from '@tributary/service-kit';
import * as z from 'zod';
import type { SupergraphLocation } from '../sources/supergraph-source.ts';
import { duration } from './config-values.ts';

const GRAPHOS: readonly string[] = [
  'https://uplink.api.apollographql.com/',
  'https://aws.uplink.api.apollographql.com/',
];

/** `supergraph` of gateway.yaml. */
export const Supergraph = z
  .string()
  .optional()
  .describe(
    'File of the supergraph SDL, or the http(s) URL it is served at; reloaded when it changes. `--supergraph` comes before it.',
  );

/** `uplink` of gateway.yaml. */
export const Uplink = z
  .strictObject({
    graph_ref: z
      .string()
      .regex(/^[^@\s]+@[^@\s]+$/, 'must be GRAPH@VARIANT')
      .describe('Graph and variant, as `shop@prod`.'),
    key: z.string().min(1, 'must not be empty').describe('Key of the graph: `${env.APOLLO_KEY}`.'),
    endpoints: z
      .array(httpUrl)
      .min(1, 'must name one endpoint or more')
      .default([...GRAPHOS])
      .describe("Registries, the next one when one is away: this project's at `/uplink`, or GraphOS."),
  })
  .optional();

/** `supergraph_source` of gateway.yaml. */
export const SupergraphSource = z.strictObject({
  poll_interval: duration('10s').describe(
    'How often it is looked for a new one; a registry may ask for less often.',
  ),
  timeout: duration('10s').describe('Longest one look may take.'),
  headers: z
    .record(z.string(), z.string())
    .default({})
    .describe('Headers for a URL; `${env.X}` for what is secret.'),
  last_good: z
    .string()
    .optional()
    .describe(
      'File that keeps the last one that everybody was served, for a start while the source is away.',
    ),
});

type Env = Readonly<Record<string, string | undefined>>;

interface Yaml {
  readonly supergraph?: z.output<typeof Supergraph>;
  readonly uplink?: z.output<typeof Uplink>;
  readonly supergraph_source: z.output<typeof SupergraphSource>;
}

/** Undefined: there is none. */
export function registryOf({ uplink, supergraph_source: source }: Yaml, env: Env) {
  const registry = uplink ?? uplinkOfEnvironment(env);
  return (
    registry && {
      graphRef: registry.graph_ref,
      key: registry.key,
      endpoints: registry.endpoints,
      timeoutMs: source.timeout,
      pollIntervalMs: source.poll_interval,
    }
  );
}

/** Undefined: nobody says where it is. */
export function supergraphLocation(
  yaml: Yaml,
  fromFile: (path: string) => string,
  env: Env,
): SupergraphLocation | undefined {
  const { supergraph, supergraph_source: source } = yaml;
  const remote = {
    timeoutMs: source.timeout,
    pollIntervalMs: source.poll_interval,
    lastGoodFile: source.last_good === undefined ? undefined : fromFile(source.last_good),
  };
  if (supergraph !== undefined)
    return /^https?:/.test(supergraph)
      ? { kind: 'url', url: supergraph, headers: source.headers, ...remote }
      : { kind: 'file', path: fromFile(supergraph), lastGoodFile: remote.lastGoodFile };
  const registry = registryOf(yaml, env);
  return registry && { kind: 'uplink', ...registry, lastGoodFile: remote.lastGoodFile };
}

/** As Apollo's gateways have it, so that a container needs nothing else. */
function uplinkOfEnvironment({ APOLLO_KEY: key, APOLLO_GRAPH_REF: ref, APOLLO_UPLINK_ENDPOINTS: list }: Env) {
  if (key === undefined || ref === undefined) return undefined;
  return {
    graph_ref: ref,
    key,
    endpoints: list === undefined ? GRAPHOS : list.split(',').map((url) => url.trim()),
  };
}
