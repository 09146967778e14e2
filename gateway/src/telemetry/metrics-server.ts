import { startHttpServer, type HttpServer, type Logger } from '@tributary/service-kit';
import { AggregatorRegistry } from 'prom-client';
import type { GatewayMetrics } from './metrics.ts';

export interface MetricsServerOptions {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly logger: Logger;
}

/** Serves the metrics of this process. */
export const startMetricsServer = (
  registry: GatewayMetrics['registry'],
  options: MetricsServerOptions,
): Promise<HttpServer> => serve(() => registry.metrics(), registry.contentType, options);

/**
 * Serves the metrics of all workers together, from the process that started them. Exemplars do not survive being added up.
 */
export function startMetricsServerOfWorkers(options: MetricsServerOptions): Promise<HttpServer> {
  const registry = new AggregatorRegistry();
  return serve(() => registry.clusterMetrics(), registry.contentType, options);
}

/** What a worker answers the process that started it. */
export function offerToPrimary(registry: GatewayMetrics['registry']): void {
  AggregatorRegistry.setRegistries([registry]);
  // It is what listens for the question.
  new AggregatorRegistry();
}

function serve(
  read: () => Promise<string>,
  contentType: string,
  { path, ...options }: MetricsServerOptions,
): Promise<HttpServer> {
  return startHttpServer({
    ...options,
    portSetting: 'telemetry.exporters.metrics.prometheus.listen.port',
    readiness: [],
    routes: {
      [path]: async (_request, response) => {
        const text = await read();
        response.writeHead(200, { 'content-type': contentType }).end(text);
      },
    },
  });
}
