import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExpectedError } from '../expected-error.ts';

const folder = join(import.meta.dirname, '..');

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly optional?: boolean; readonly peer?: boolean }>
  >;
}

/**
 * Installs the other gateways when node_modules is not what package-lock.json says. They are no part of the
 * root's install: nobody but this benchmark needs the half a gigabyte.
 *
 * @throws ExpectedError when npm fails.
 */
export function installDependencies(onProgress: (message: string) => void): void {
  if (areInstalled()) return;
  onProgress(
    "installing the other gateways (npm ci in bench/, about a minute; npm's warnings about Node 22 are known)",
  );
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new ExpectedError('npm ci in bench/ failed; its message is above.');
}

/** npm keeps what it installed in a lock file of its own. */
function areInstalled(): boolean {
  const installedFile = join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const installed = readLock(installedFile).packages;
  return Object.entries(readLock(join(folder, 'package-lock.json')).packages).every(
    ([path, { version, optional, peer }]) =>
      path === '' || optional === true || peer === true || installed[path]?.version === version,
  );
}

const readLock = (file: string): Lock => JSON.parse(readFileSync(file, 'utf8')) as Lock;
