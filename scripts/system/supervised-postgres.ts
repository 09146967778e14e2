import { startLocalPostgres, type LocalPostgres } from '@tributary/local-postgres';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from './ports.ts';

const RETRY_MS = 1_000;

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
      current = startAgain();
      current.catch(() => undefined);
    });
    return server;
  };
  // A recovery may take longer than a start is waited for.
  const startAgain = async (): Promise<LocalPostgres> => {
    for (;;) {
      try {
        return await start();
      } catch (error) {
        if (stopping) throw error;
        onEvent(`postgres does not start: ${error instanceof Error ? error.message : String(error)}`);
        await delay(RETRY_MS);
      }
    }
  };
  current = start();
  const { version } = await current;
  return {
    version,
    createDatabase: async (database) => (await current).createDatabase(database),
    kill: () => {
      current.then((server) => server.process.kill('SIGKILL')).catch(() => undefined);
    },
    stop: async () => {
      stopping = true;
      // One that did not come up has nothing to stop.
      await (await current.catch(() => undefined))?.stop();
    },
  };
}
