import { startLocalPostgres, type LocalPostgres } from '@tributary/local-postgres';
import { findFreePort } from './ports.ts';

/** A local PostgreSQL that is started again, at the same address, when its server process dies. */
export interface SupervisedPostgres {
  readonly version: string;
  createDatabase(database: string): Promise<string>;
  /** Ends it as a crash would. */
  kill(): void;
  stop(): Promise<void>;
}

export async function startSupervisedPostgres(
  dataDir: string,
  onEvent: (message: string) => void,
): Promise<SupervisedPostgres> {
  const port = await findFreePort();
  let stopping = false;
  let current: Promise<LocalPostgres>;
  const start = async (): Promise<LocalPostgres> => {
    const server = await startLocalPostgres({ dataDir, port });
    server.process.once('exit', () => {
      if (stopping) return;
      onEvent('postgres ended, starting it again');
      current = start();
      current.catch((error: unknown) => {
        onEvent(`postgres does not start again: ${error instanceof Error ? error.message : String(error)}`);
      });
    });
    return server;
  };
  current = start();
  const { version } = await current;
  return {
    version,
    createDatabase: async (database) => (await current).createDatabase(database),
    kill: () => {
      void current.then((server) => server.process.kill('SIGKILL'));
    },
    stop: async () => {
      stopping = true;
      await (await current).stop();
    },
  };
}
