import { removeDataDirectory } from '@tributary/local-postgres';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface DataFolder {
  /** Where a PostgreSQL of a test's own keeps its data. */
  readonly dataDir: string;
  remove(): Promise<void>;
}

/** A new folder for the data of a PostgreSQL of a test's own. */
export async function createDataFolder(): Promise<DataFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-postgres-'));
  // Run by root, the server is another account's process: let it in.
  await chmod(folder, 0o755);
  const dataDir = join(folder, 'postgres');
  return {
    dataDir,
    remove: async () => {
      await removeDataDirectory(dataDir);
      await rm(folder, { recursive: true });
    },
  };
}
