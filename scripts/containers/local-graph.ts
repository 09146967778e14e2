/**
 * Puts the graph into the registry of a system in containers on one machine, as `npm start` does: a key for people, a key
 * for the gateways, and the contracts, which nothing happens to when they are as before. docker/compose.yaml runs it when
 * the registry is there and before the gateways are.
 * Usage: local-graph.ts FOLDER, the one of local-secrets.ts; below it registry/ and gateway/ get an API key each.
 */
import { ensureKey } from '@tributary/registry';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readServices } from '../services/services.ts';
import { publishContracts } from '../system/publish-contracts.ts';
import { GRAPH_ID } from '../system/registry-key.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Usage: local-graph.ts FOLDER');
const postgresUrl = await readFile(join(folder, 'registry/postgres-url'), 'utf8');

const urls = Object.fromEntries(readServices().map(({ name, port }) => [name, `http://${name}:${port}`]));
await keepKey('gateway/uplink-key', 'gateways', 'ROUTER');
await publishContracts(urls, await keepKey('registry/api-key', 'people and rover', 'ADMIN'));
console.log('the registry has the graph');

/** The key in the file when it is one of the registry's, else a new one, which the file has afterwards. */
async function keepKey(file: string, name: string, role: 'ADMIN' | 'ROUTER'): Promise<string> {
  const path = join(folder ?? '', file);
  const present = (await readFile(path, 'utf8').catch(() => undefined))?.trim();
  const config = {
    POSTGRES_URL: postgresUrl,
    LOG_LEVEL: 'warn',
    GRAPH_ID,
    KEY_NAME: name,
    KEY_ROLE: role,
  } as const;
  const key = await ensureKey(config, present);
  if (key !== present) {
    await writeFile(`${path}.new`, `${key}\n`, { mode: 0o444 });
    await rename(`${path}.new`, path);
  }
  return key;
}
