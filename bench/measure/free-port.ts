import { createServer } from 'node:net';

/** Below the ports that Linux gives to clients: none of the many connections of a benchmark can take it meanwhile. */
const FIRST_PORT = 20_000;
const PORTS = 10_000;
const ATTEMPTS = 20;

/** A port of the loopback interface that nobody listens on. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    if (await isFree(port)) return port;
  }
  throw new Error(`${ATTEMPTS} ports from ${FIRST_PORT} on are all taken`);
}

/**
 * Makes sure that a server about to be started is the one that will answer.
 *
 * @throws Error when the port is taken.
 */
export async function assertPortIsFree(port: number): Promise<void> {
  if (!(await isFree(port))) throw new Error(`Port ${port} is taken: somebody else would be measured.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = await new Promise<boolean>((resolve) => {
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      resolve(true);
    });
  });
  if (listening) await new Promise((resolve) => server.close(resolve));
  return listening;
}
