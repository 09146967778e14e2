import { startLocalPostgres, type LocalPostgres } from '@tributary/local-postgres';
import { createDataFolder } from './data-folder.ts';

export interface RestartablePostgres {
  /** Connection string of an empty database. */
  createDatabase(): Promise<string>;
  /**
   * Ends the server as a crash does (`pg_ctl stop -m immediate`): sessions break off, nothing is written any more.
   *
   * @returns what starts it again, at the same address, where it recovers from its log.
   */
  crash(): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

/** A PostgreSQL server of a test's own, which it may end. It commits to disk, as those of production do. */
export async function startRestartablePostgres(): Promise<RestartablePostgres> {
  const { dataDir, remove } = await createDataFolder();
  let server: LocalPostgres = await startLocalPostgres({ dataDir });
  const port = Number(new URL(server.urlOf('postgres')).port);
  return {
    createDatabase: () => server.createDatabase('test'),
    crash: async () => {
      const ended = new Promise((resolve) => server.process.once('exit', resolve));
      server.process.kill('SIGQUIT');
      await ended;
      return async () => {
        server = await startLocalPostgres({ dataDir, port });
      };
    },
    stop: async () => {
      await server.stop();
      await remove();
    },
  };
}
