import { spawn } from 'node:child_process';
import { readProcessTree } from './process-usage.ts';

export interface ProcessOptions {
  /** Arguments of node. */
  readonly args: readonly string[];
  /** Core to run on; undefined on a machine with one. */
  readonly core: number | undefined;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ManagedProcess {
  readonly pid: number;
  /** Resolves with what it wrote last and how it ended. */
  readonly exited: Promise<string>;
  hasExited(): boolean;
  /** Asks it to end, and after a while ends it with all that it has started. */
  stop(): Promise<void>;
}

const STOP_TIMEOUT_MS = 10_000;
const OUTPUT_CHARACTERS = 4_000;

/** The same for everybody, whatever the shell of the caller has set. */
const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  NODE_ENV: 'production',
  APOLLO_TELEMETRY_DISABLED: '1',
  HOST: '127.0.0.1',
  LOG_LEVEL: 'warn',
};

const running = new Map<number, () => void>();

process.on('exit', () => {
  for (const kill of running.values()) kill();
});

/** Starts node, bound to a core. The kernel ends it when the benchmark is gone, even killed. */
export function startProcess({ args, core, cwd, env }: ProcessOptions): ManagedProcess {
  const command = [
    ...['setpriv', '--pdeathsig', 'KILL', '--'],
    ...(core === undefined ? [] : ['taskset', '--cpu-list', String(core)]),
    process.execPath,
    ...args,
  ];
  const child = spawn(command[0] ?? '', command.slice(1), {
    cwd,
    env: { ...ENVIRONMENT, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command.join(' ')} did not start`);

  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-OUTPUT_CHARACTERS);
    });
  }
  const kill = (): void => {
    for (const member of readProcessTree(pid)) signal(member, 'SIGKILL');
  };
  running.set(pid, kill);
  let ended = false;
  const exited = new Promise<string>((resolve) => {
    child.once('close', (code, signalName) => {
      ended = true;
      running.delete(pid);
      resolve(`${output}(ended with ${signalName ?? `code ${code ?? '?'}`})`);
    });
  });
  return {
    pid,
    exited,
    hasExited: () => ended,
    stop: async () => {
      signal(pid, 'SIGTERM');
      const timer = setTimeout(kill, STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
