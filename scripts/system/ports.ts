import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import * as z from 'zod';

export const PROCESS_NAMES = ['gateway', 'users', 'products', 'payments', 'sandbox', 'registry'] as const;
export type ProcessName = (typeof PROCESS_NAMES)[number];
export type Ports = Readonly<Record<ProcessName, number>>;

/** Fixed contracts: people and scripts rely on them. */
export const DEFAULT_PORTS: Ports = {
  gateway: 4000,
  users: 4001,
  products: 4002,
  payments: 4003,
  sandbox: 4004,
  registry: 4010,
};

/** GATEWAY_PORT and so on, for machines where the usual ones are taken. */
export function readPorts(env: NodeJS.ProcessEnv): Ports {
  const entries = PROCESS_NAMES.map((name) => {
    const variable = `${name.toUpperCase()}_PORT`;
    const port = z.coerce
      .number()
      .int()
      .min(1)
      .max(65_535)
      .safeParse(env[variable] ?? DEFAULT_PORTS[name]);
    if (!port.success) throw new Error(`${variable} must be a TCP port, 1 to 65535.`);
    return [name, port.data] as const;
  });
  return Object.fromEntries(entries) as Record<ProcessName, number>;
}

/** @throws Error naming every port that is taken, and how to choose another. */
export async function assertPortsFree(ports: Ports): Promise<void> {
  const taken = await Promise.all(
    PROCESS_NAMES.map(async (name) => ((await isFree(ports[name])) ? [] : [name])),
  );
  const names = taken.flat();
  if (names.length === 0) return;
  const list = names.map(
    (name) => `  - ${ports[name]} (${name}): choose another with ${name.toUpperCase()}_PORT=...`,
  );
  throw new Error(
    `These ports are taken. Stop what uses them (another npm start?), or move:\n${list.join('\n')}`,
  );
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/**
 * Below the range that systems give to outgoing connections (from 32768 on Linux): a port found free there
 * could be somebody's before it is listened on. Random, so that concurrent systems do not meet.
 */
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 29_999;
const FIND_ATTEMPTS = 100;

/** Ports nobody uses. */
export async function findFreePorts(): Promise<Ports> {
  const found = new Set<number>();
  while (found.size < PROCESS_NAMES.length) found.add(await findFreePort());
  const ports = [...found];
  return Object.fromEntries(PROCESS_NAMES.map((name, index) => [name, ports[index] ?? 0])) as Record<
    ProcessName,
    number
  >;
}

export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < FIND_ATTEMPTS; attempt += 1) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT + 1);
    if (await isFree(port)) return port;
  }
  throw new Error(`There is no free port between ${LOWEST_PORT} and ${HIGHEST_PORT}.`);
}
