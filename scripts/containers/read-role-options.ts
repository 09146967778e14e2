import { readFile } from 'node:fs/promises';

export interface RoleOptions {
  readonly service: string;
  /** The store, as its owner. */
  readonly ownerUrl: string;
  /** Of the role that the service serves with. */
  readonly password: string;
}

/**
 * What both programs that make a role are started with: `ensure-role.js SERVICE`, and the names of two files.
 *
 * @throws Error naming what is missing.
 */
export async function readRoleOptions(urlSetting: string): Promise<RoleOptions> {
  const [service = ''] = process.argv.slice(2);
  if (!/^[a-z][a-z0-9_-]*$/.test(service)) throw new Error('Usage: ensure-role.js SERVICE');
  const fileOf = async (setting: string): Promise<string> => {
    const path = process.env[setting];
    if (path === undefined) throw new Error(`${setting} is not set; it names a file.`);
    return (await readFile(path, 'utf8')).trim();
  };
  return {
    service,
    ownerUrl: await fileOf(urlSetting),
    password: await fileOf('SERVICE_PASSWORD_FILE'),
  };
}
