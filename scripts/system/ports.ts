import { createServer, type AddressInfo } from 'node:net';
import { z } from 'zod';

export const PROCESS_NAMES = ['gateway', 'users', 'products', 'payments'] as const;
export type ProcessName = (typeof PROCESS_NAMES)[number];
export type Ports = Readonly<Record<ProcessName, number>>;

/** Fixed contracts: people and scripts rely on them. */
export const DEFAULT_PORTS: Ports = { gateway: 4000, users: 4001, products: 4002, payments: 4003 };

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

/** Ports nobody uses at this moment. Held together, so that they differ. */
export async function findFreePorts(): Promise<Ports> {
  const held = await Promise.all(PROCESS_NAMES.map(holdPort));
  await Promise.all(held.map(({ release }) => release()));
  return Object.fromEntries(PROCESS_NAMES.map((name, index) => [name, held[index]?.port ?? 0])) as Record<
    ProcessName,
    number
  >;
}

export async function findFreePort(): Promise<number> {
  const { port, release } = await holdPort();
  await release();
  return port;
}

async function holdPort(): Promise<{ port: number; release: () => Promise<void> }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    release: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}
