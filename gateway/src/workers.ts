import { StartupError, type Logger, type RunningService } from '@tributary/service-kit';
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { passOnNews } from './worker-news.ts';

/** A worker that has to be started this often within a minute does not get better by another try at once. */
const MAX_RESTARTS_PER_MINUTE = 10;
const START_TIMEOUT_MS = 60_000;
/** Longer than a worker waits for its own requests. */
const STOP_TIMEOUT_MS = 30_000;

export interface WorkersOptions {
  readonly count: number;
  /** The program that a worker runs, with this process's arguments. */
  readonly program: string;
  readonly logger: Logger;
}

/**
 * Serves with several processes that listen on one port. One that dies is replaced; SIGHUP replaces all of them,
 * one after the other, without refusing a request.
 *
 * @throws StartupError when a worker does not start.
 */
export async function startWorkers({ count, program, logger }: WorkersOptions): Promise<RunningService> {
  const fromSource =
    program.endsWith('.ts') && !process.execArgv.some((argument) => argument.includes('tsx'));
  cluster.setupPrimary({
    exec: program,
    args: process.argv.slice(2),
    execArgv: [...process.execArgv, ...(fromSource ? ['--import', 'tsx'] : [])],
  });
  passOnNews();
  const serving = new Set<Worker>();
  const recentStarts: number[] = [];
  let stopping = false;
  /** Whose successor is starting: it needs no other one when it dies. */
  let succeeded: Worker | undefined;

  const start = async (): Promise<void> => {
    const worker = cluster.fork();
    const started = await Promise.race([
      once(worker, 'listening').then(() => true),
      once(worker, 'exit').then(() => false),
      timeout(START_TIMEOUT_MS),
    ]);
    if (started !== true) {
      worker.process.kill('SIGKILL');
      throw new StartupError('A worker did not start; what it says is above.');
    }
    serving.add(worker);
    logger.info({ 'worker.pid': worker.process.pid }, 'worker serving');
    worker.once('exit', (code, signal) => {
      if (!serving.delete(worker) || stopping) return;
      logger.error(
        { 'worker.pid': worker.process.pid, 'exit.code': code, 'exit.signal': signal },
        'worker died',
      );
      if (worker !== succeeded) void replaceDead();
    });
  };

  const replaceDead = async (): Promise<void> => {
    const now = Date.now();
    recentStarts.push(now);
    while (recentStarts.length > 0 && (recentStarts[0] ?? 0) < now - 60_000) recentStarts.shift();
    const wait = recentStarts.length > MAX_RESTARTS_PER_MINUTE ? 5_000 : 0;
    await timeout(wait);
    if (stopping) return;
    await start().catch((error: unknown) => {
      logger.error({ err: error }, 'worker not replaced, trying again');
      return replaceDead();
    });
  };

  const stopWorker = async (worker: Worker): Promise<void> => {
    serving.delete(worker);
    if (worker.isDead()) return;
    const exited = once(worker, 'exit');
    worker.process.kill('SIGTERM');
    if ((await Promise.race([exited, timeout(STOP_TIMEOUT_MS)])) === undefined)
      worker.process.kill('SIGKILL');
  };

  let rolling: Promise<void> | undefined;
  const roll = async (): Promise<void> => {
    for (const old of [...serving]) {
      // Died, and was replaced for that.
      if (!serving.has(old)) continue;
      succeeded = old;
      try {
        await start();
      } catch (error) {
        logger.error({ err: error }, 'rolling restart ended, the workers that are left go on');
        if (!serving.has(old)) void replaceDead();
        return;
      } finally {
        succeeded = undefined;
      }
      await stopWorker(old);
    }
    logger.info({}, 'all workers replaced');
  };
  process.on('SIGHUP', () => {
    rolling ??= roll().finally(() => {
      rolling = undefined;
    });
  });

  try {
    await Promise.all(Array.from({ length: count }, start));
  } catch (error) {
    await Promise.all([...serving].map(stopWorker));
    throw error;
  }
  logger.info({ 'workers.count': count }, 'all workers serving');
  return {
    stop: async () => {
      stopping = true;
      await Promise.all([...serving].map(stopWorker));
    },
  };
}

const timeout = (ms: number): Promise<undefined> => delay(ms, undefined, { ref: false });
