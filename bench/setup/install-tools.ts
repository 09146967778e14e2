import { spawnSync } from 'node:child_process';
import { ExpectedError } from '../expected-error.ts';

/** Command -> Debian package. */
const TOOLS = { wrk: 'wrk', taskset: 'util-linux', setpriv: 'util-linux' } as const;

/**
 * Installs the load generator when it is missing and this may be done without asking.
 *
 * @throws ExpectedError that says what to install.
 */
export function installTools(onProgress: (message: string) => void): void {
  if (process.platform !== 'linux') {
    throw new ExpectedError(
      'The benchmark needs Linux: it binds processes to cores and reads their memory from /proc.',
    );
  }
  const packages = new Set(Object.entries(TOOLS).flatMap(([tool, name]) => (isThere(tool) ? [] : [name])));
  if (packages.size === 0) return;
  const names = [...packages].join(' ');
  if (process.getuid?.() !== 0 || !isThere('apt-get')) {
    throw new ExpectedError(
      `The benchmark needs ${names}: sudo apt-get install ${names}, or what your system calls it.`,
    );
  }
  onProgress(`installing ${names} (apt-get)`);
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
  ]) {
    const { status, stderr } = spawnSync('apt-get', args, { encoding: 'utf8' });
    if (status !== 0) throw new ExpectedError(`apt-get ${args.join(' ')} failed:\n${stderr}`);
  }
}

const isThere = (command: string): boolean => spawnSync('which', [command]).status === 0;
