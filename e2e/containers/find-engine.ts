import { execFile, spawnSync } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const script = join(import.meta.dirname, 'engine.sh');

export interface Engine {
  /** What `docker` is run with. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether it is our own, which cannot pull images and has no way out for builds. */
  readonly isOffline: boolean;
  stop(): Promise<void>;
}

/**
 * The machine's Docker Engine, or one of our own.
 *
 * @param folder Keeps our own engine and its images between runs.
 * @returns why there is none, for people, when there is none.
 */
export async function findEngine(folder: string, signal: AbortSignal): Promise<Engine | string> {
  if (
    spawnSync('docker', ['version']).status === 0 &&
    spawnSync('docker', ['compose', 'version']).status === 0
  )
    return { env: process.env, isOffline: false, stop: () => Promise.resolve() };
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'there is no Docker Engine with Compose, and one can be started here only by root on Linux';
  const isDebian = await access('/usr/share/keyrings/debian-archive-keyring.gpg').then(
    () => true,
    () => false,
  );
  if (!isDebian) return 'there is no Docker Engine with Compose, and this is no Debian to take one from';
  const stop = async (): Promise<void> => {
    await run('bash', [script, 'down', folder]);
  };
  try {
    const { stdout } = await run('bash', [script, 'up', folder], { signal });
    const settings = [...stdout.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [
      name,
      value.replace('$PATH', process.env['PATH'] ?? ''),
    ]);
    return { env: { ...process.env, ...Object.fromEntries(settings) }, isOffline: true, stop };
  } catch (error) {
    await stop();
    const { stderr = '' } = error as { stderr?: string };
    return `no Docker Engine starts here: ${stderr.trim().split('\n').at(-1) ?? String(error)}`;
  }
}
