import { ensureKey } from '@tributary/registry';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const GRAPH_ID = 'tributary';
/** What `npm start` serves, as the registry and its clients name it. */
export const GRAPH_REF = `${GRAPH_ID}@current`;

/** The registry's key of a local system, kept where people and rover find it. */
export async function ensureRegistryKey(registryUrl: string, dataFolder: string): Promise<string> {
  const path = join(dataFolder, 'registry-api-key');
  const present = (await readFile(path, 'utf8').catch(() => undefined))?.trim();
  const key = await ensureKey(
    {
      POSTGRES_URL: registryUrl,
      LOG_LEVEL: 'warn',
      GRAPH_ID,
      KEY_NAME: 'npm start',
      KEY_ROLE: 'ADMIN',
    },
    present,
  );
  if (key !== present) {
    await writeFile(`${path}.new`, `${key}\n`, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }
  return key;
}
