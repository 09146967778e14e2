import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const root = join(import.meta.dirname, '../..');
const READY_RETRY_MS = 100;
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
/** Doubled with each end that follows soon on a start: what it needs may be away for longer than it waits. */
const RESTART_DELAY_MS = 500;
const LONGEST_RESTART_DELAY_MS = 10_000;
const SOON_MS = 30_000;

export interface ProcessOptions {
  readonly name: string;
  /** TypeScript file below the repository's root, and its arguments. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFolder: string;
  /** Resolves true once the process answers. */
  readonly isReady: () => Promise<boolean>;
  /** Told when the process ended and is started again. */
  readonly onEvent?: (message: string) => void;
}

/** A process of the system: started, watched, started again when it dies, stopped. */
export interface ManagedProcess {
  /** Ends it as a crash would; it is started again. */
  kill(): void;
  /** Stops it in its tracks, as a machine does that swaps; `resume` lets it go on. */
  pause(): void;
  resume(): void;
  /**
   * Resolves when it answers (again).
   *
   * @param timeoutMs How long it may take; a minute when left out.
   * @throws Error with the end of its log.
   */
  ready(timeoutMs?: number): Promise<void>;
  /** Ends it cleanly, for good. */
  stop(): Promise<void>;
}

/** @throws Error with the end of its log when it exits before it is ready. */
export async function startProcess(options: ProcessOptions): Promise<ManagedProcess> {
  const logFile = join(options.logFolder, `${options.name}.log`);
  let stopping = false;
  let restartDelayMs = RESTART_DELAY_MS;
  let startedAt = Date.now();
  let child = launch(options, logFile, 'w');

  const watch = (watched: ChildProcess): void => {
    watched.once('exit', (code, signal) => {
      if (stopping) return;
      // Killed is not failed: it says nothing of the next start.
      const isFailedStart = signal !== 'SIGKILL' && Date.now() - startedAt < SOON_MS;
      restartDelayMs = isFailedStart
        ? Math.min(LONGEST_RESTART_DELAY_MS, restartDelayMs * 2)
        : RESTART_DELAY_MS;
      const how = signal ?? `exit code ${String(code)}`;
      options.onEvent?.(`${options.name} ended (${how}), starting it again; its log is ${logFile}`);
      setTimeout(() => {
        if (stopping) return;
        startedAt = Date.now();
        child = launch(options, logFile, 'a');
        watch(child);
      }, restartDelayMs);
    });
  };

  const ready = async (timeoutMs = READY_TIMEOUT_MS): Promise<void> => {
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      if (await options.isReady().catch(() => false)) return;
      await delay(READY_RETRY_MS);
    }
    throw new Error(`${options.name} was not ready within ${timeoutMs / 1000} s.\n${await endOf(logFile)}`);
  };

  // Until the first readiness, an exit is a failed start, not a crash to recover from.
  const failed = new Promise<never>((_, reject) => {
    child.once('exit', () => {
      endOf(logFile).then((text) => {
        reject(new Error(`${options.name} did not start:\n${text}`));
      }, reject);
    });
  });
  failed.catch(() => undefined);
  try {
    await Promise.race([ready(), failed]);
  } catch (error) {
    stopping = true;
    child.kill('SIGKILL');
    throw error;
  }
  watch(child);

  return {
    kill: () => {
      child.kill('SIGKILL');
    },
    pause: () => {
      child.kill('SIGSTOP');
    },
    resume: () => {
      child.kill('SIGCONT');
    },
    ready,
    stop: async () => {
      stopping = true;
      await stop(child);
    },
  };
}

/** Runs a command of a service to its end. @throws Error with the end of its log when it fails. */
export async function runCommand(
  options: Pick<ProcessOptions, 'name' | 'command' | 'env' | 'logFolder'>,
): Promise<void> {
  const logFile = join(options.logFolder, `${options.name}.log`);
  const child = launch(options, logFile, 'w');
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`${options.name} failed:\n${await endOf(logFile)}`);
}

function launch(
  options: Pick<ProcessOptions, 'command' | 'env'>,
  logFile: string,
  flags: 'a' | 'w',
): ChildProcess {
  const log = openSync(logFile, flags);
  const [file = '', ...args] = options.command;
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, file), ...args], {
    cwd: root,
    // Nothing of the caller's environment but what Node itself needs: a service is configured by what is named here.
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      APOLLO_TELEMETRY_DISABLED: 'true',
      ...options.env,
    },
    // With a channel to us, the process notices when we are gone; in a group of its own, Ctrl-C reaches only us.
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  });
  closeSync(log);
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}

/** The part of a log that tells why: its last lines, without the stack of a loader. */
async function endOf(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n');
  return `${lines.slice(-15).join('\n')}\n(the whole log: ${basename(logFile)} in .data/logs)`;
}
