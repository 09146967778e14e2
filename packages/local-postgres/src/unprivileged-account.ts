import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** An account PostgreSQL may run as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root; these exist on practically every system, the better one first. */
const CANDIDATES = ['postgres', 'nobody'];

/**
 * The account to run PostgreSQL as, or undefined when this process is not root and simply uses its own.
 *
 * @throws Error when root has neither of the usual accounts.
 */
export async function chooseAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of CANDIDATES) {
    const fields = accounts.find(([user]) => user === name);
    if (fields !== undefined) return { name, uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error(
    `PostgreSQL cannot run as root and there is no account named ${CANDIDATES.join(' or ')}. ` +
      'Start as an ordinary user, or set POSTGRES_URL to a server of your own.',
  );
}

/** Whether every account can enter all folders down to `path` and read what is there. */
export async function isReachable(path: string): Promise<boolean> {
  for (let current = path; ; current = dirname(current)) {
    try {
      if (((await stat(current)).mode & 0o005) !== 0o005) return false;
    } catch {
      return false;
    }
    if (current === dirname(current)) return true;
  }
}
