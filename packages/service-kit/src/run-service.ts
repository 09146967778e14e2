import { ConfigurationError } from './errors.ts';

export interface RunningService {
  /** Finishes what is in flight and releases everything. */
  stop(): Promise<void>;
}

/**
 * How long a stop may take. Longer than any request, shorter than what SIGKILL follows: compose's stop_grace_period (30 s)
 * and the stopTimeout of tasks on ECS (60 s).
 */
const STOP_TIMEOUT_MS = 25_000;

/**
 * The life of a process: start, wait for SIGTERM or SIGINT, stop, exit.
 * Exit code 0 after a clean stop, 1 after a failed start or a stop that hung, 2 for a wrong configuration.
 * A second signal exits at once. An unhandled rejection stops the process: its state is unknown.
 */
export async function runService(start: () => Promise<RunningService>): Promise<void> {
  let service: RunningService;
  try {
    service = await start();
  } catch (error) {
    process.stderr.write(`${describeStartFailure(error)}\n`);
    process.exit(error instanceof ConfigurationError ? 2 : 1);
  }
  let stopping = false;
  const stop = (exitCode: number): void => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    service.stop().then(
      () => process.exit(exitCode),
      (error: unknown) => {
        process.stderr.write(`stop failed: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => {
    stop(0);
  });
  process.on('SIGINT', () => {
    stop(0);
  });
  // Started with an IPC channel (npm start): when the starter is gone, even killed, nobody is left to stop us.
  if (process.connected) {
    process.on('disconnect', () => {
      stop(0);
    });
  }
  const crash = (error: unknown): void => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    stop(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
}

function describeStartFailure(error: unknown): string {
  if (error instanceof StartupError || error instanceof ConfigurationError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** A failure to start that a person can mend: the message names the fix and no stack is printed. */
export class StartupError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartupError';
  }
}
