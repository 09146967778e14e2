import { httpUrl } from '@tributary/service-kit';
import { z } from 'zod';
import type { TelemetryOptions } from '../telemetry/telemetry.ts';
import { listen } from './config-values.ts';

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
                .default(0.1)
                .describe('Share of requests that are traced, where the caller does not say.'),
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
});

export function telemetryOptions({ access_log, exporters }: z.output<typeof Telemetry>): TelemetryOptions {
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
        }
      : undefined,
  };
}
