import {
  ConfigurationError,
  createLogger,
  readJsonFile,
  runService,
  SigningKey,
  StartupError,
  type Logger,
  type RunningService,
} from '@tributary/service-kit';
import cluster from 'node:cluster';
import { join } from 'node:path';
import { createAccessTokenVerifier } from './auth/access-token-verifier.ts';
import { forwardedCredentials, verifiedCredentials, type Credentials } from './auth/credentials.ts';
import { HELP, readCommandLine } from './config/command-line.ts';
import { fixedPart, loadConfig, type GatewayConfig } from './config/gateway-config.ts';
import { openFileSource } from './sources/file-source.ts';
import { describeLocation } from './sources/supergraph-source.ts';
import { startGateway, type Gateway } from './gateway.ts';
import { createPlannerPool } from './planning/planner-pool.ts';
import { problemsOfFiles } from './problems-of-files.ts';
import { startMetricsServerOfWorkers } from './telemetry/metrics-server.ts';
import { Telemetry } from './telemetry/telemetry.ts';
import { tuneCollector } from './tune-collector.ts';
import { startWorkers } from './workers.ts';

/** How long a gateway that stops goes on answering, until balancers and clients have seen it. */
const IDLE_GRACE_MS = 1_000;

async function start(): Promise<RunningService> {
  const commandLine = readCommandLine(process.argv.slice(2));
  if (commandLine.help) end(HELP);
  const { config, file } = loadConfig(commandLine, process.env);
  if (commandLine.checkConfig) {
    const problems = await problemsOfFiles(config);
    if (problems.length > 0) throw new ConfigurationError(file ?? 'gateway', problems);
    end(`${file ?? 'The command line'} is a configuration that can be served by.\n`);
  }
  tuneCollector(config.workers);
  const logger = createLogger('gateway', config.logLevel);
  if (config.workers > 1 && cluster.isPrimary) return startPrimary(config, logger);
  const telemetry = await Telemetry.open(config.telemetry, logger);
  const planners = createPlannerPool({ timeoutMs: config.planningTimeoutMs });
  let started: (gateway: Gateway) => void = () => undefined;
  const starting = new Promise<Gateway>((resolve) => {
    started = resolve;
  });
  // Before the start, which takes a while: nothing that is written meanwhile is missed.
  const source =
    file === undefined
      ? undefined
      : await openFileSource({
          path: file,
          what: 'configuration',
          option: '--config',
          logger,
          onChange: async () => {
            const next = loadConfig(commandLine, process.env).config;
            await (await starting).reload(next, await openCredentials(next, logger));
            warnOfFixedPart(config, next, logger);
          },
        });
  let gateway: Gateway;
  try {
    gateway = await startGateway({
      config,
      credentials: await openCredentials(config, logger),
      planners,
      logger,
      telemetry,
      // The same from src/ and from dist/.
      explorerFolder: join(import.meta.dirname, '../dist/explorer'),
    });
  } catch (error) {
    if (error instanceof StartupError || error instanceof ConfigurationError) throw error;
    throw new StartupError(
      `The supergraph ${describeLocation(config.supergraph)} cannot be served: ${(error as Error).message}`,
      { cause: error },
    );
  }
  const metricsUrl = await telemetry.listen(config.telemetry, logger);
  if (metricsUrl !== undefined) logger.info({ 'url.full': metricsUrl }, 'Metrics ready');
  logger.info(
    { 'url.full': `${gateway.url}/graphql`, 'supergraph.source': describeLocation(config.supergraph) },
    'Supergraph ready',
  );
  started(gateway);
  return {
    stop: async () => {
      source?.stop();
      await gateway.stop(IDLE_GRACE_MS);
      await planners.close();
      await telemetry.stop();
    },
  };
}

/** The process that starts the workers has nothing to serve but what all of them have counted. */
async function startPrimary(
  { workers: count, telemetry: { prometheus } }: GatewayConfig,
  logger: Logger,
): Promise<RunningService> {
  const workers = await startWorkers({ count, program: import.meta.filename, logger });
  if (prometheus === undefined) return workers;
  const metrics = await startMetricsServerOfWorkers({ ...prometheus, logger });
  logger.info({ 'url.full': `${metrics.url}${prometheus.path}` }, 'Metrics ready');
  return {
    stop: async () => {
      await metrics.close();
      await workers.stop();
    },
  };
}

async function openCredentials({ authentication }: GatewayConfig, logger: Logger): Promise<Credentials> {
  if (authentication === undefined) return forwardedCredentials();
  const { issuers, clockToleranceMs, tokenSource, viewerKeyFile } = authentication;
  const viewerKey =
    viewerKeyFile === undefined
      ? undefined
      : await readJsonFile('gateway', 'authentication.viewer_key_file', viewerKeyFile, SigningKey);
  return verifiedCredentials({
    verifier: createAccessTokenVerifier({ issuers, clockToleranceMs, logger }),
    tokenSource,
    viewerKey,
  });
}

function warnOfFixedPart(first: GatewayConfig, next: GatewayConfig, logger: Logger): void {
  const wanted: Readonly<Record<string, unknown>> = fixedPart(next);
  const options = Object.entries(fixedPart(first))
    .filter(([option, value]) => wanted[option] !== value)
    .map(([option]) => option);
  if (options.length > 0)
    logger.warn({ 'config.options': options }, 'these options take effect when the gateway is restarted');
}

function end(text: string): never {
  process.stdout.write(text);
  process.exit(0);
}

void runService(start);
