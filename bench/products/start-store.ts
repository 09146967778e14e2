/** The embedded store as a process of its own, migrated, for benchmarks of the products service. */
import { spawnService, waitFor } from '@tributary/testkit';
import { findFreePort } from '../measure/free-port.ts';

export const PRODUCTS_MAIN = 'subgraphs/products/src/main.ts';
/** Reading a large catalogue back into memory takes a while. */
const PATIENCE_MS = 600_000;

export interface BenchStore {
  readonly uri: string;
  stop(): Promise<void>;
}

/** @param dataDir Kept: what is in it is there again the next time. */
export async function startStore(dataDir: string): Promise<BenchStore> {
  const port = await findFreePort();
  const uri = `mongodb://127.0.0.1:${port}/bench`;
  const store = spawnService(
    'packages/embedded-mongo/src/main.ts',
    ['--data', dataDir, '--port', String(port)],
    {},
  );
  await waitFor(() => store.output().includes('listening'), { timeoutMs: PATIENCE_MS, what: 'the store' });
  const env = { MONGODB_URI: uri, LOG_LEVEL: 'warn' };
  const { exitCode, output } = await spawnService(PRODUCTS_MAIN, ['migrate'], env).finished;
  if (exitCode !== 0) throw new Error(`the store could not be migrated:\n${output}`);
  return {
    uri,
    stop: async () => {
      store.process.kill('SIGTERM');
      await store.finished;
    },
  };
}
