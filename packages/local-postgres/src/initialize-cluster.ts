import { chown, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { runProgram } from './run-program.ts';
import type { Account } from './unprivileged-account.ts';

export const SUPERUSER = 'tributary';
const PASSWORD_FILE = 'password';
const CLUSTER = 'cluster';

export interface Cluster {
  /** PostgreSQL's own data directory. */
  readonly directory: string;
  readonly password: string;
}

/**
 * Makes a database cluster in `place` unless there is one, with a password of its own.
 * The cluster appears by a rename, so a start that was killed half-way begins again.
 *
 * @throws Error naming the fix when the data was written by another major version.
 */
export async function initializeCluster(
  place: string,
  binaries: Binaries,
  account: Account | undefined,
): Promise<Cluster> {
  const directory = join(place, CLUSTER);
  const major = binaries.version.split('.')[0];
  const present = await readFile(join(directory, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (present !== undefined) {
    if (present.trim() !== major) {
      throw new Error(
        `The data in ${place} belongs to PostgreSQL ${present.trim()}, this is ${String(major)}. ` +
          'Start again from nothing with npm start -- --fresh, or set POSTGRES_URL to a server of that version.',
      );
    }
    return { directory, password: await readFile(join(place, PASSWORD_FILE), 'utf8') };
  }
  for (const name of await readdir(place)) {
    if (name.startsWith('initializing-')) await rm(join(place, name), { recursive: true, force: true });
  }
  const password = randomBytes(24).toString('base64url');
  const passwordFile = join(place, PASSWORD_FILE);
  await writeFile(passwordFile, password, { mode: 0o600 });
  const work = await mkdtemp(join(place, 'initializing-'));
  await mkdir(join(work, CLUSTER), { mode: 0o700 });
  if (account !== undefined) {
    for (const path of [passwordFile, work, join(work, CLUSTER)]) await chown(path, account.uid, account.gid);
  }
  await runProgram(
    binaries.initdb,
    [
      ...['--pgdata', join(work, CLUSTER), '--username', SUPERUSER, '--pwfile', passwordFile],
      ...[
        '--auth',
        'scram-sha-256',
        '--encoding',
        'UTF8',
        '--locale-provider',
        'builtin',
        '--locale',
        'C.UTF-8',
      ],
      '--no-instructions',
    ],
    account,
  );
  await rename(join(work, CLUSTER), directory);
  await rm(work, { recursive: true, force: true });
  await stat(join(directory, 'PG_VERSION'));
  return { directory, password };
}
