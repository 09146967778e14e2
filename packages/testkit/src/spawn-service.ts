import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

export interface SpawnedService {
  readonly process: ChildProcess;
  /** Origin of the service, once it listens; rejects when the process ends before. */
  readonly url: Promise<string>;
  /** What it has written so far. */
  output(): string;
  /** Resolves when the process has ended. */
  readonly finished: Promise<{ readonly exitCode: number | null; readonly output: string }>;
}

/**
 * Runs a service's real `main.ts` as `npm start` does, with nothing in its environment but what is given.
 *
 * @param main Path of the file, from the repository's root.
 */
export function spawnService(
  main: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): SpawnedService {
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, main), ...args], {
    cwd: root,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const url = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
      const listening = /"url":"([^"]+)","msg":"listening"/.exec(output)?.[1];
      if (listening !== undefined) resolve(listening);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('close', () => {
      reject(new Error(`the process ended before it listened:\n${output}`));
    });
  });
  // Not every test waits for the url; those that do still see the rejection.
  url.catch(() => undefined);
  const finished = new Promise<{ exitCode: number | null; output: string }>((resolve) => {
    child.once('close', (exitCode) => {
      resolve({ exitCode, output });
    });
  });
  return { process: child, url, output: () => output, finished };
}
