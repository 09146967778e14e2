import type { TestTrust } from '@tributary/testkit';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

type Environment = Readonly<Record<string, string>>;

export interface Spawned {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  /** Resolves when the process has ended. */
  readonly finished: Promise<{ readonly exitCode: number | null; readonly output: string }>;
  /** Origin of the service, once it listens; rejects when the process ends before. */
  readonly url: Promise<string>;
}

/** Runs `main.ts` as `npm start` does, with nothing in its environment but what is given. */
export function spawnPayments(args: readonly string[], env: Environment): Spawned {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    cwd: fileURLToPath(new URL('../../../..', import.meta.url)),
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const url = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
      const line = output
        .split('\n')
        .find((text) => text.includes('"msg":"listening"') && text.endsWith('}'));
      if (line !== undefined) resolve((JSON.parse(line) as { url: string }).url);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('close', () => {
      reject(new Error(`the process ended before it listened:\n${output}`));
    });
  });
  // Not every test waits for the url; the others still see the rejection.
  url.catch(() => undefined);
  const finished = new Promise<{ exitCode: number | null; output: string }>((resolve) => {
    child.once('close', (exitCode) => {
      resolve({ exitCode, output });
    });
  });
  return { process: child, finished, url };
}

/** The files and variables the service needs to start; `remove` deletes the files. */
export async function createEnvironment(
  databaseUrl: string,
  productsUrl: string,
  trust: TestTrust,
): Promise<{ readonly env: Environment; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-payments-'));
  const trustFile = join(folder, 'trust.json');
  const keyFile = join(folder, 'key.json');
  await writeFile(trustFile, JSON.stringify(trust.trust));
  await writeFile(keyFile, JSON.stringify(trust.keyOf('payments')));
  return {
    env: {
      PORT: '0',
      POSTGRES_URL: databaseUrl,
      TRUST_FILE: trustFile,
      SERVICE_KEY_FILE: keyFile,
      PRODUCTS_URL: productsUrl,
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
