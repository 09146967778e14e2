import { spawn } from 'node:child_process';
import type { Account } from './unprivileged-account.ts';

/** Runs a program to its end; its output is in the error when it fails. */
export async function runProgram(
  program: string,
  args: readonly string[],
  account: Account | undefined,
): Promise<void> {
  const child = spawn(program, args, {
    ...spawnOptions(account),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) {
    throw new Error(
      `${program} failed (exit code ${String(code)}):\n${Buffer.concat(output).toString('utf8').trim()}`,
    );
  }
}

/** The working directory is one that every account can enter: PostgreSQL programs refuse to start elsewhere. */
export function spawnOptions(account: Account | undefined): {
  cwd: string;
  uid?: number;
  gid?: number;
  env: NodeJS.ProcessEnv;
} {
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
  return account === undefined ? { cwd: '/', env } : { cwd: '/', uid: account.uid, gid: account.gid, env };
}
