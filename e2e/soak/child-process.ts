import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

export interface ChildOptions {
  /** TypeScript file below the repository's root. */
  readonly file: string;
  readonly args: readonly string[];
  /** Of node itself. */
  readonly nodeFlags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export type Child = ChildProcess & {
  readonly stdout: NonNullable<ChildProcess['stdout']>;
  readonly stderr: NonNullable<ChildProcess['stderr']>;
};

/** Started from source, with nothing of our environment; it ends with us, by the channel it has to us. */
export function startChild({ file, args, nodeFlags = [], env = {} }: ChildOptions): Child {
  return spawn(process.execPath, [...nodeFlags, '--import', 'tsx', join(root, file), ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], APOLLO_TELEMETRY_DISABLED: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Ctrl-C reaches only us: what stops first is no failure of the others.
    detached: true,
  }) as Child;
}

/** Sends a signal and waits until the process has ended. */
export async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}
