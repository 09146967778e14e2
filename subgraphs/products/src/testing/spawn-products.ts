import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Spawned {
  readonly process: ChildProcess;
  /** Its GraphQL endpoint, once it listens; rejects when it ends before. */
  readonly url: Promise<string>;
  readonly finished: Promise<{ readonly exitCode: number | null; readonly output: string }>;
}

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** The real process, as `npm start` runs it, with nothing but `env` in its environment. */
export function spawnProducts(args: readonly string[], env: Readonly<Record<string, string>>): Spawned {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], {
    env: { ...env },
    stdio: 'pipe',
  });
  let output = '';
  const url = new Promise<string>((resolve, reject) => {
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
      const origin = /"url":"([^"]+)","msg":"listening"/.exec(output)?.[1];
      if (origin !== undefined) resolve(`${origin}/graphql`);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('close', () => {
      reject(new Error(`it ended before it listened:\n${output}`));
    });
  });
  // Not every test waits for the url; those that do still see the rejection.
  url.catch(() => undefined);
  const finished = new Promise<{ exitCode: number | null; output: string }>((resolve) => {
    child.once('close', (exitCode) => {
      resolve({ exitCode, output });
    });
  });
  return { process: child, finished, url };
}
