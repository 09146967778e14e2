/** The whole system, with a second instance of payments and of products beside the first, and ways to reach each. */
import { createViewerTokenSigner, silentLogger, SigningKey, type Viewer } from '@tributary/service-kit';
import { createPool } from '@tributary/subgraph-kit/postgres';
import { postGraphql, type GraphqlAnswer } from '@tributary/testkit';
import { chmod, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { buildExplorer } from '../../scripts/build-explorer.ts';
import { removeDataFolder } from '../../scripts/system/data-folder.ts';
import { startProcess, type ManagedProcess } from '../../scripts/system/managed-process.ts';
import { findFreePort, findFreePorts } from '../../scripts/system/ports.ts';
import { startSystem, type System } from '../../scripts/system/start-system.ts';
import { startKeyDropper } from './key-dropper.ts';
import type { Bug } from './options.ts';
import type { Weather } from './schedule.ts';

/** Short, so that checkouts that nobody pays end within the run. */
const CHECKOUT_TTL_SECONDS = 30;

export interface ChaosWorld {
  readonly system: System;
  /** Everything that can be killed and paused, by name. */
  readonly processes: Readonly<Record<string, ManagedProcess>>;
  /** The database of payments, for looking into. */
  readonly pool: pg.Pool;
  /** Asks one of the instances of payments as this viewer, as the gateway would. */
  payments(instance: number, viewer: Viewer, query: string, variables: object): Promise<GraphqlAnswer>;
  /** Asks products as payments would. */
  products(query: string, variables: object): Promise<GraphqlAnswer>;
  gateway(query: string, variables: object, accessToken?: string): Promise<GraphqlAnswer>;
  /** What the provider has in its books. */
  listIntents(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  setWeather(weather: Weather): Promise<void>;
  /** Puts the logs where they stay; answers the folder. */
  keepLogs(): Promise<string>;
  stop(): Promise<void>;
}

/** @param onEvent Told when a process ended and is started again. */
export async function startWorld(
  seed: number,
  bug: Bug | undefined,
  onEvent: (event: string) => void,
): Promise<ChaosWorld> {
  await buildExplorer();
  const dataFolder = await mkdtemp(join(tmpdir(), 'tributary-chaos-'));
  // Run by root, PostgreSQL is another account's process: let it in.
  await chmod(dataFolder, 0o755);
  const ports = await findFreePorts();
  const dropper = bug === undefined ? undefined : await startKeyDropper(ports.sandbox);
  const payments = {
    CHECKOUT_TTL_SECONDS: String(CHECKOUT_TTL_SECONDS),
    ...(dropper === undefined ? {} : { SANDBOX_URL: dropper.url }),
  };
  const environment = { payments, sandbox: { DISTURB_WEBHOOKS: String(seed) } };
  const system = await startSystem({ ports, dataFolder, seed: true, environment, onEvent });
  const products2 = await startSecond(system, 'products', dataFolder, {}, onEvent);
  const payments2 = await startSecond(
    system,
    'payments',
    dataFolder,
    {
      PRODUCTS_URL: `${products2.url}/graphql`,
    },
    onEvent,
  );
  const pool = createPool({
    connectionString: system.stores.paymentsUrl,
    applicationName: 'chaos',
    logger: silentLogger(),
  });
  const viewerSigner = await createViewerTokenSigner('gateway', await readKey(system.secrets.viewerKey));
  const paymentsSigner = await createViewerTokenSigner('payments', await readKey(system.secrets.paymentsKey));
  const apiKey = await readFile(system.secrets.sandboxApiKey, 'utf8');
  const urls = [system.urls.payments, payments2.url];
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  return {
    system,
    processes: { ...system.processes, 'products-2': products2.process, 'payments-2': payments2.process },
    pool,
    payments: async (instance, viewer, query, variables) =>
      postGraphql(
        `${urls[instance % urls.length] ?? ''}/graphql`,
        { query, variables },
        bearer(await viewerSigner.sign(viewer, 'payments')),
      ),
    products: async (query, variables) => {
      const identity = { kind: 'service', id: 'payments', scopes: ['inventory:reserve'] } as const;
      const token = await paymentsSigner.sign(identity, 'products');
      return postGraphql(`${system.urls.products}/graphql`, { query, variables }, bearer(token));
    },
    gateway: (query, variables, accessToken) =>
      postGraphql(
        `${system.urls.gateway}/graphql`,
        { query, variables },
        accessToken === undefined ? {} : bearer(accessToken),
      ),
    listIntents: () => listIntents(system.urls.sandbox, apiKey),
    setWeather: async (weather) => {
      const headers = { 'content-type': 'application/json' };
      await fetch(`${system.urls.sandbox}/weather`, {
        method: 'POST',
        headers,
        body: JSON.stringify(weather),
      });
    },
    keepLogs: async () => {
      const kept = await mkdtemp(join(tmpdir(), 'tributary-chaos-logs-'));
      await cp(join(dataFolder, 'logs'), kept, { recursive: true });
      return kept;
    },
    stop: async () => {
      await pool.end();
      await payments2.process.stop();
      await products2.process.stop();
      await system.stop();
      await dropper?.stop();
      await removeDataFolder(dataFolder);
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

async function startSecond(
  system: System,
  name: 'payments' | 'products',
  dataFolder: string,
  env: Readonly<Record<string, string>>,
  onEvent: (event: string) => void,
): Promise<{ readonly process: ManagedProcess; readonly url: string }> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const process = await startProcess({
    name: `${name}-2`,
    command: [`subgraphs/${name}/src/main.ts`],
    env: { ...system.environment[name], ...env, PORT: String(port) },
    logFolder: join(dataFolder, 'logs'),
    isReady: async () => (await fetch(`${url}/readyz`)).ok,
    onEvent,
  });
  return { process, url };
}

const readKey = async (path: string): Promise<SigningKey> =>
  SigningKey.parse(JSON.parse(await readFile(path, 'utf8')));

async function listIntents(
  url: string,
  apiKey: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const all: Readonly<Record<string, unknown>>[] = [];
  for (let after = ''; ; after = `?starting_after=${String(all.at(-1)?.['id'])}`) {
    const headers = { authorization: `Bearer ${apiKey}` };
    const response = await fetch(`${url}/v1/payment_intents${after}`, { headers });
    const { data, has_more } = (await response.json()) as { data: typeof all; has_more: boolean };
    all.push(...data);
    if (!has_more) return all;
  }
}
