import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { claimDataFolder, releaseDataFolder } from './data-folder.ts';
import { runCommand, startProcess, type ManagedProcess } from './managed-process.ts';
import { assertPortsFree, type Ports, type ProcessName } from './ports.ts';
import { publishContracts } from './publish-contracts.ts';
import { ensureRegistryKey, GRAPH_REF } from './registry-key.ts';
import { ensureSecrets, type SecretFiles } from './secrets.ts';
import { startStores, type Stores } from './start-stores.ts';

const root = join(import.meta.dirname, '../..');
export const SUBGRAPHS = ['users', 'products', 'payments'] as const;

export interface SystemOptions {
  readonly ports: Ports;
  /** Holds data, keys, logs; made when it is not there. */
  readonly dataFolder: string;
  readonly postgresUrl?: string | undefined;
  readonly mongodbUri?: string | undefined;
  /** Whether to add what is missing of the sample accounts and the sample catalogue. */
  readonly seed: boolean;
  /** Settings of single processes that differ from the usual ones. */
  readonly environment?: Partial<Record<ProcessName, Readonly<Record<string, string>>>>;
  /** Ends the start between two steps; what was started is stopped again. */
  readonly signal?: AbortSignal;
  /** Told what is being done, as it is done. */
  readonly onProgress?: (step: string) => void;
  /** Told when a process died by itself. */
  readonly onEvent?: (message: string) => void;
}

export interface System {
  readonly stores: Stores;
  readonly processes: Readonly<Record<ProcessName, ManagedProcess>>;
  /** Origin of each process. */
  readonly urls: Readonly<Record<ProcessName, string>>;
  /** An administrator's key of the registry. */
  readonly registryKey: string;
  readonly secrets: SecretFiles;
  /** What each process was started with. */
  readonly environment: Readonly<Record<ProcessName, Readonly<Record<string, string>>>>;
  stop(): Promise<void>;
}

/** The whole system on this machine: stores, migrations, seeds, three subgraphs, the registry, and the gateway in front. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { ports, dataFolder, onEvent = () => undefined } = options;
  const onProgress = (step: string): void => {
    options.signal?.throwIfAborted();
    options.onProgress?.(step);
  };
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const release of stops.splice(0).reverse()) await release();
  };
  try {
    await assertPortsFree(ports);
    await claimDataFolder(dataFolder);
    stops.push(() => releaseDataFolder(dataFolder));

    onProgress('starting the stores');
    const { postgresUrl, mongodbUri } = options;
    const stores = await startStores({ dataFolder, postgresUrl, mongodbUri, onEvent });
    stops.push(stores.stop);
    const secrets = await ensureSecrets(dataFolder);
    const urls = urlsOf(ports);
    const mailFolder = join(dataFolder, 'mail');
    const eventSubscribers = join(dataFolder, 'event-subscribers.json');
    await writeFile(
      eventSubscribers,
      JSON.stringify({ products: `${urls.products}/events`, payments: `${urls.payments}/events` }),
    );
    const logFolder = join(dataFolder, 'logs');
    const usual = environmentOf({
      ports,
      urls,
      stores,
      secrets,
      mailFolder,
      sandboxFolder: join(dataFolder, 'sandbox-provider'),
      eventSubscribers,
    });
    const environment = Object.fromEntries(
      Object.entries(usual).map(([name, env]) => [
        name,
        { ...env, ...options.environment?.[name as ProcessName] },
      ]),
    ) as typeof usual;
    const commandOf = (name: Exclude<ProcessName, 'gateway'>, command: string) => ({
      name: `${name}-${command}`,
      command: [mainOf(name), command],
      env: environment[name],
      logFolder,
    });

    onProgress('migrating');
    await Promise.all(
      ([...SUBGRAPHS, 'registry'] as const).map((name) => runCommand(commandOf(name, 'migrate'))),
    );
    const registryKey = await ensureRegistryKey(stores.registryUrl, dataFolder);
    if (options.seed) {
      onProgress('seeding accounts and the catalogue');
      await Promise.all([runCommand(commandOf('users', 'seed')), runCommand(commandOf('products', 'seed'))]);
    }

    onProgress('starting users, products, payments, the sandbox provider and the registry');
    const startService = async (
      name: ProcessName,
      command: readonly string[],
      env: Readonly<Record<string, string>>,
    ): Promise<ManagedProcess> => {
      const started = await startProcess({
        name,
        command,
        env,
        logFolder,
        isReady: async () => (await fetch(`${urls[name]}/readyz`)).ok,
        onEvent,
      });
      stops.push(started.stop);
      return started;
    };
    const startRegistry = async (): Promise<ManagedProcess> => {
      const started = await startService('registry', [mainOf('registry')], environment.registry);
      await publishContracts(urls, registryKey);
      return started;
    };
    const [registry, sandbox, users, products, payments] = await Promise.all([
      startRegistry(),
      startService('sandbox', [mainOf('sandbox')], environment.sandbox),
      ...SUBGRAPHS.map((name) => startService(name, [mainOf(name)], environment[name])),
    ]);
    onProgress('starting the gateway');
    const gateway = await startService(
      'gateway',
      ['gateway/src/main.ts', '--config', join(root, 'gateway/gateway.yaml')],
      {
        ...environment.gateway,
        // What it serves it takes from the registry, and what it serves is told there.
        APOLLO_KEY: registryKey,
        APOLLO_GRAPH_REF: GRAPH_REF,
        APOLLO_UPLINK_ENDPOINTS: `${urls.registry}/uplink`,
        USAGE_ENDPOINT: `${urls.registry}/api/ingress/traces`,
        LAST_GOOD_SUPERGRAPH: join(dataFolder, 'supergraph.graphql'),
      },
    );
    if (users === undefined || products === undefined || payments === undefined)
      throw new Error('unreachable');
    // Asked to stop during the last step: there is no next one to notice it.
    options.signal?.throwIfAborted();
    return {
      stores,
      processes: { gateway, users, products, payments, sandbox, registry },
      urls,
      registryKey,
      secrets,
      environment,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const mainOf = (name: Exclude<ProcessName, 'gateway'>): string =>
  name === 'registry'
    ? 'registry/src/main.ts'
    : name === 'sandbox'
      ? 'packages/sandbox-provider/src/main.ts'
      : `subgraphs/${name}/src/main.ts`;

function urlsOf(ports: Ports): Record<ProcessName, string> {
  const entries = Object.entries(ports).map(([name, port]) => [name, `http://127.0.0.1:${port}`]);
  return Object.fromEntries(entries) as Record<ProcessName, string>;
}

interface Wiring {
  readonly ports: Ports;
  readonly urls: Readonly<Record<ProcessName, string>>;
  readonly stores: Stores;
  readonly secrets: SecretFiles;
  readonly mailFolder: string;
  readonly sandboxFolder: string;
  readonly eventSubscribers: string;
}

/** Who knows what: each process gets its own store, its own key and the addresses of those it calls. */
function environmentOf({
  ports,
  urls,
  stores,
  secrets,
  mailFolder,
  sandboxFolder,
  eventSubscribers,
}: Wiring): Record<ProcessName, Record<string, string>> {
  const subgraph = (name: ProcessName) => ({
    PORT: String(ports[name]),
    TRUST_FILE: secrets.trust,
    INTROSPECTION: 'true',
  });
  return {
    users: {
      ...subgraph('users'),
      POSTGRES_URL: stores.usersUrl,
      ACCESS_TOKEN_KEY_FILE: secrets.accessTokenKey,
      ENCRYPTION_KEY_FILE: secrets.encryptionKeys,
      ACCESS_TOKEN_ISSUER: urls.users,
      EXPORT_BASE_URL: urls.users,
      ACCOUNT_URL: `${urls.users}/account`,
      // Passkeys need a domain, which an address is not.
      WEB_ORIGINS: [urls.gateway.replace('127.0.0.1', 'localhost'), urls.gateway].join(','),
      EVENT_SUBSCRIBERS_FILE: eventSubscribers,
      EVENT_KEY_FILE: secrets.usersKey,
      // So that whoever registers can go on at once; their mail is at /mail all the same.
      EMAIL_VERIFICATION: 'optional',
      MAIL_FOLDER: mailFolder,
      MAIL_PAGE: 'true',
    },
    products: { ...subgraph('products'), MONGODB_URI: stores.mongodbUri, MEDIA_BASE_URL: urls.products },
    payments: {
      ...subgraph('payments'),
      POSTGRES_URL: stores.paymentsUrl,
      SERVICE_KEY_FILE: secrets.paymentsKey,
      ENCRYPTION_KEY_FILE: secrets.paymentsEncryptionKeys,
      WEBHOOK_ALLOW_HTTP: 'true',
      WEBHOOK_ALLOW_PRIVATE: 'true',
      PRODUCTS_URL: `${urls.products}/graphql`,
      SANDBOX_URL: urls.sandbox,
      PROVIDER_API_KEY_FILE: secrets.sandboxApiKey,
      PROVIDER_WEBHOOK_SECRETS_FILE: secrets.sandboxWebhookSecret,
    },
    sandbox: {
      PORT: String(ports.sandbox),
      DATA_FOLDER: sandboxFolder,
      API_KEY_FILE: secrets.sandboxApiKey,
      WEBHOOK_URL: `${urls.payments}/webhooks/provider`,
      WEBHOOK_SECRET_FILE: secrets.sandboxWebhookSecret,
    },
    registry: {
      PORT: String(ports.registry),
      POSTGRES_URL: stores.registryUrl,
      PUBLIC_URL: urls.registry,
      EXPLORER_URL: `${urls.gateway}/`,
      UPLINK_MIN_DELAY_SECONDS: '1',
    },
    gateway: {
      PORT: String(ports.gateway),
      JWKS_URL: `${urls.users}/.well-known/jwks.json`,
      ACCESS_TOKEN_ISSUER: urls.users,
      VIEWER_KEY_FILE: secrets.viewerKey,
    },
  };
}
