import { httpUrl } from '@tributary/service-kit';
import * as z from 'zod';
import type { SupergraphLocation } from '../sources/supergraph-source.ts';
import type { TelemetryOptions } from '../telemetry/telemetry.ts';
import type { UsageReportingOptions } from '../telemetry/usage/usage-reporting.ts';
import { duration, listen } from './config-values.ts';

const Prometheus = z.strictObject({
  enabled: z.boolean().default(false).describe('Serve metrics, on a port of their own.'),
  listen: listen(9_090).prefault({}).describe('Where metrics are.'),
  path: z.string().startsWith('/', 'must begin with a /').default('/metrics').describe('Path they are at.'),
});

const Otlp = z.strictObject({
  enabled: z.boolean().default(false).describe('Send traces to a collector.'),
  endpoint: httpUrl
    .default('http://localhost:4318/v1/traces')
    .describe('Where to: OTLP over HTTP, as protobuf.'),
  headers: z
    .record(z.string(), z.string())
    .default({})
    .describe('Headers that the collector wants; `${env.X}` for what is secret.'),
});

const GRAPHOS = 'https://usage-reporting.api.apollographql.com/api/ingress/traces';

const Apollo = z.strictObject({
  enabled: z
    .boolean()
    .optional()
    .describe(
      'Report. Without it: when graph and key are known, and `endpoint` is set or the supergraph does not come from another registry than GraphOS.',
    ),
  graph_ref: z
    .string()
    .regex(/^[^@\s]+@[^@\s]+$/, 'must be GRAPH@VARIANT')
    .optional()
    .describe('Graph and variant, as `shop@prod`. Without it, `APOLLO_GRAPH_REF` of the environment.'),
  key: z
    .string()
    .min(1, 'must not be empty')
    .optional()
    .describe('Key of the graph: `${env.APOLLO_KEY}`. Without it, `APOLLO_KEY` of the environment.'),
  endpoint: httpUrl
    .optional()
    .describe(`Whom to report to: a registry's whole URL, or GraphOS (\`${GRAPHOS}\`).`),
  batch_processor: z
    .strictObject({ scheduled_delay: duration('10s').describe('How often a report is sent.') })
    .prefault({})
    .describe('Sending reports.'),
  field_level_instrumentation_sampler: z
    .number({ error: 'must be a number, 0 to 1' })
    .min(0, 'must be a number, 0 to 1')
    .max(1, 'must be a number, 0 to 1')
    .default(0)
    .describe('Share of requests whose fields subgraphs are asked to trace (ftv1).'),
});

/** `telemetry` of gateway.yaml. */
export const Telemetry = z.strictObject({
  access_log: z
    .strictObject({ enabled: z.boolean().default(false).describe('Log one line for every request.') })
    .prefault({})
    .describe('Who asked what.'),
  exporters: z
    .strictObject({
      metrics: z
        .strictObject({ prometheus: Prometheus.prefault({}).describe('For Prometheus.') })
        .prefault({})
        .describe('Numbers.'),
      tracing: z
        .strictObject({
          common: z
            .strictObject({
              service_name: z.string().default('tributary-gateway').describe('`service.name` of traces.'),
              sampler: z
                .number({ error: 'must be a number, 0 to 1' })
                .min(0, 'must be a number, 0 to 1')
                .max(1, 'must be a number, 0 to 1')
                .default(0.05)
                .describe('Share of requests that are traced, where the caller does not say.'),
              max_traces_per_second: z
                .int('must be a whole number, 1 at least')
                .min(1, 'must be a whole number, 1 at least')
                .default(100)
                .describe('Of those, so many are traced at most, in each process.'),
            })
            .prefault({})
            .describe('What all traces have.'),
          otlp: Otlp.prefault({}).describe('OpenTelemetry.'),
        })
        .prefault({})
        .describe('What one request went through.'),
    })
    .prefault({})
    .describe('Where it goes.'),
  apollo: Apollo.prefault({}).describe('Reports of usage, by operation and client.'),
});

export function telemetryOptions(
  { access_log, exporters, apollo }: z.output<typeof Telemetry>,
  supergraph: SupergraphLocation,
  env: Env,
): TelemetryOptions {
  const { prometheus } = exporters.metrics;
  const { common, otlp } = exporters.tracing;
  return {
    accessLog: access_log.enabled,
    prometheus: prometheus.enabled ? { ...prometheus.listen, path: prometheus.path } : undefined,
    tracing: otlp.enabled
      ? {
          endpoint: otlp.endpoint,
          headers: otlp.headers,
          serviceName: common.service_name,
          ratio: common.sampler,
          mostPerSecond: common.max_traces_per_second,
        }
      : undefined,
    usage: usageOptions(apollo, supergraph, env),
  };
}

type Env = Readonly<Record<string, string | undefined>>;

/** A key is told to nobody but whom it is for: beside another registry, GraphOS gets none by itself. */
function usageOptions(
  apollo: z.output<typeof Apollo>,
  supergraph: SupergraphLocation,
  env: Env,
): UsageReportingOptions | undefined {
  const registry = supergraph.kind === 'uplink' ? supergraph : undefined;
  const graphRef = apollo.graph_ref ?? registry?.graphRef ?? env['APOLLO_GRAPH_REF'];
  const key = apollo.key ?? registry?.key ?? env['APOLLO_KEY'];
  const usesOther =
    env['APOLLO_UPLINK_ENDPOINTS'] !== undefined ||
    registry?.endpoints.some((url) => !new URL(url).hostname.endsWith('.apollographql.com')) === true;
  const isWanted = apollo.enabled ?? (apollo.endpoint !== undefined || !usesOther);
  if (!isWanted || graphRef === undefined || key === undefined) return undefined;
  return {
    graphRef,
    key,
    endpoint: apollo.endpoint ?? GRAPHOS,
    everyMs: apollo.batch_processor.scheduled_delay,
    fieldShare: apollo.field_level_instrumentation_sampler,
  };
}
