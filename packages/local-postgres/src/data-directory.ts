import { createHash } from 'node:crypto';
import { chmod, chown, mkdir, readlink, rm, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Account, isReachable } from './unprivileged-account.ts';

/** Where root keeps what another account must reach. Survives restarts, unlike the temporary folder. */
export const SHARED_DIRECTORY = '/var/lib/tributary';

/**
 * The folder that really holds the data: `dataDir` itself, or, when root works in a folder only root can
 * enter, one below /var/lib/tributary that `dataDir` then links to.
 */
export async function placeDataDirectory(dataDir: string, account: Account | undefined): Promise<string> {
  const wanted = resolve(dataDir);
  await mkdir(dirname(wanted), { recursive: true });
  const linked = await readlink(wanted).catch(() => undefined);
  const canHold = account === undefined || (await isReachable(dirname(wanted)));
  const place = linked ?? (canHold ? wanted : sharedPlace(wanted));
  await mkdir(dirname(place), { recursive: true });
  if (place !== wanted) await chmod(dirname(place), 0o755);
  await mkdir(place, { recursive: true, mode: 0o700 });
  if (place !== wanted && linked === undefined) await symlink(place, wanted);
  if (account !== undefined) await chown(place, account.uid, account.gid);
  return place;
}

/** Deletes the data, wherever it is. */
export async function removeDataDirectory(dataDir: string): Promise<void> {
  const linked = await readlink(resolve(dataDir)).catch(() => undefined);
  if (linked !== undefined) await rm(linked, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
}

const sharedPlace = (dataDir: string): string =>
  join(SHARED_DIRECTORY, `data-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`);
