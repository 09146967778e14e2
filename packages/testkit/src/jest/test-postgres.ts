/**
 * One PostgreSQL server for a whole test run; each test file makes databases of its own on it.
 * TEST_POSTGRES_URL, when set, names a server to use instead: that is how another version is tested.
 */
import { removeDataDirectory, startLocalPostgres, type LocalPostgres } from '@tributary/local-postgres';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let running: { readonly server: LocalPostgres; readonly dataDir: string } | undefined;

export async function startTestPostgres(): Promise<void> {
  if (process.env['TEST_POSTGRES_URL'] !== undefined) return;
  const folder = await mkdtemp(join(tmpdir(), 'tributary-test-'));
  // Run by root, the server is another account's process: let it in.
  await chmod(folder, 0o755);
  const dataDir = join(folder, 'postgres');
  const server = await startLocalPostgres({ dataDir, fsync: false });
  running = { server, dataDir };
  process.env['TEST_POSTGRES_URL'] = server.urlOf('postgres');
}

export async function stopTestPostgres(): Promise<void> {
  if (running === undefined) return;
  await running.server.stop();
  await removeDataDirectory(running.dataDir);
}
