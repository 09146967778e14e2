import {
  createLogger,
  readJsonFile,
  runService,
  SigningKey,
  StartupError,
  type RunningService,
} from '@tributary/service-kit';
import cluster from 'node:cluster';
import { join } from 'node:path';
import { createAccessTokenVerifier } from './auth/access-token-verifier.ts';
import { forwardedCredentials, signedCredentials } from './auth/credentials.ts';
import { HELP, loadConfig } from './config.ts';
import { startGateway } from './gateway.ts';
import { createPlannerPool } from './planning/planner-pool.ts';
import { startWorkers } from './workers.ts';

/** How long clients may send another request on connections they have, when the gateway stops. */
const IDLE_GRACE_MS = 1_000;

async function start(): Promise<RunningService> {
  const config = loadConfig(process.argv.slice(2), process.env);
  if (config === 'help') {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const { authentication } = config;
  const logger = createLogger('gateway', config.logLevel);
  if (config.workers > 1 && cluster.isPrimary)
    return startWorkers({ count: config.workers, program: import.meta.filename, logger });
  const credentials =
    authentication === undefined
      ? forwardedCredentials()
      : await signedCredentials(
          createAccessTokenVerifier({ ...authentication, logger }),
          await readJsonFile('gateway', 'VIEWER_KEY_FILE', authentication.viewerKeyFile, SigningKey),
        );
  const planners = createPlannerPool({ timeoutMs: config.planningTimeoutMs });
  try {
    const gateway = await startGateway({
      config,
      credentials,
      planners,
      logger,
      // The same from src/ and from dist/.
      explorerFolder: join(import.meta.dirname, '../dist/explorer'),
    });
    logger.info(
      { 'url.full': `${gateway.url}/graphql`, 'supergraph.file': config.supergraphFile },
      'Supergraph ready',
    );
    return {
      stop: async () => {
        await gateway.stop(IDLE_GRACE_MS);
        await planners.close();
      },
    };
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(
      `The supergraph ${config.supergraphFile} cannot be served: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

await runService(start);
