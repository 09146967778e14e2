import { startHttpServer, type HttpServer, type HttpServerOptions } from '@tributary/service-kit';
import type { Credentials } from './auth/credentials.ts';
import type { GatewayConfig, ServingConfig } from './config/gateway-config.ts';
import { openTlsMaterial } from './tls/tls-material.ts';
import { openGeneration, type GenerationOptions } from './generation.ts';

export interface GatewayOptions extends GenerationOptions {
  readonly config: ServingConfig &
    Required<Pick<HttpServerOptions, 'host' | 'port' | 'maxHeaders' | 'maxHeaderBytes'>> &
    Pick<GatewayConfig, 'listenerTls'>;
}

export interface Gateway {
  readonly url: string;
  /**
   * Serves by another configuration from now on; requests in flight end by the one they began with.
   *
   * @param credentials Released when this rejects, or when the next reload or the end comes.
   * @throws when its supergraph cannot be served; nothing has changed then.
   */
  reload(config: ServingConfig, credentials: Credentials): Promise<void>;
  /**
   * Lets requests in flight finish, then releases everything.
   *
   * @param graceMs How long clients may go on with connections they have.
   */
  stop(graceMs?: number): Promise<void>;
}

/**
 * A running gateway: once this resolves, the first query is answered.
 *
 * @throws when it cannot start; its credentials are released then.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, logger } = options;
  const open: typeof openGeneration = async (each, previous) => {
    try {
      return await openGeneration(each, previous);
    } catch (error) {
      each.credentials.stop();
      throw error;
    }
  };
  let generation = await open(options);
  let certificates: Awaited<ReturnType<typeof openTlsMaterial>> | undefined;
  try {
    const { metrics } = options.telemetry;
    metrics?.watch(() => ({ ...generation.state, planningThreads: options.planners.threads }));
    certificates =
      config.listenerTls &&
      (await openTlsMaterial({
        sources: config.listenerTls,
        logger,
        onChange: (material) => {
          http.replaceCertificate(material);
        },
      }));
    const http: HttpServer = await startHttpServer({
      host: config.host,
      port: config.port,
      portSetting: '--port or listen.port',
      certificate: certificates?.current,
      maxHeaders: config.maxHeaders,
      maxHeaderBytes: config.maxHeaderBytes,
      logger,
      readiness: [],
      routes: generation.routes,
    });
    return {
      url: http.url,
      reload: async (next, nextCredentials) => {
        const replacement = await open(
          { ...options, config: next, credentials: nextCredentials },
          generation.serving,
        );
        const old = generation;
        generation = replacement;
        old.retire(http.replaceRoutes(replacement.routes)).catch((error: unknown) => {
          logger.error({ err: error }, 'old configuration not released');
        });
      },
      stop: async (graceMs) => {
        http.beginDrain();
        await http.close(graceMs);
        certificates?.stop();
        await generation.retire();
      },
    };
  } catch (error) {
    certificates?.stop();
    await generation.retire();
    throw error;
  }
}
