/** `npm start`: the whole system on this machine, from nothing. */
import { access, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { buildExplorer } from './build-explorer.ts';
import { readArguments } from './command-line.ts';
import { removeDataFolder } from './system/data-folder.ts';
import { readPorts } from './system/ports.ts';
import { SAMPLE_PASSWORD, seedOrders } from './system/seed-orders.ts';
import { GRAPH_REF } from './system/registry-key.ts';
import { startSystem, type System } from './system/start-system.ts';

const HELP = `Starts Tributary on this machine: stores, three subgraphs, the registry and the gateway, with
sample data.

Usage: npm start [-- options]

  --fresh     delete all local data first (.data/)
  --no-seed   add no sample accounts, catalogue or orders: for stores of your own
  --help      this text

Data, keys and logs are kept in .data/ between starts. Ctrl-C stops everything.

Environment
  GATEWAY_PORT, USERS_PORT, PRODUCTS_PORT, PAYMENTS_PORT   other ports than 4000 to 4003
  REGISTRY_PORT  another port than 4010
  SANDBOX_PORT   another port than 4004, of the sandbox payment provider
  POSTGRES_URL   a PostgreSQL server of yours, with databases "users", "payments" and "registry"
  MONGODB_URI    a MongoDB deployment of yours, with the database in the path
  DATA_DIR       another folder than .data
`;

const root = join(import.meta.dirname, '..');

async function main(): Promise<void> {
  const { values } = readArguments({
    options: {
      fresh: { type: 'boolean', default: false },
      'no-seed': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const dataFolder = process.env['DATA_DIR'] ?? join(root, '.data');
  const ports = readPorts(process.env);
  const progress = new Progress();
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      console.log('\nStopping ...');
      stopping.abort();
    });
  }

  if (values.fresh) {
    progress.step('deleting the old data');
    await removeDataFolder(dataFolder);
  }
  progress.step('building the explorer');
  await buildExplorer();
  const system = await startSystem({
    ports,
    dataFolder,
    signal: stopping.signal,
    seed: !values['no-seed'],
    postgresUrl: process.env['POSTGRES_URL'],
    mongodbUri: process.env['MONGODB_URI'],
    onProgress: (step) => {
      progress.step(step);
    },
    onEvent: (message) => {
      console.error(message);
    },
  });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= system.stop());
  stopping.signal.addEventListener('abort', () => void stop().then(() => process.exit(0)));
  try {
    if (!values['no-seed']) await seedOnce(system, dataFolder, progress);
  } catch (error) {
    await stop();
    // Of a system that is being stopped nobody places orders any more.
    stopping.signal.throwIfAborted();
    throw error;
  }
  progress.end();
  console.log(summary(system, progress.totalSeconds(), relative(process.cwd(), dataFolder) || '.'));
}

/** The first start of a data folder places the sample orders; the mark is made when all are there. */
async function seedOnce(system: System, dataFolder: string, progress: Progress): Promise<void> {
  const mark = join(dataFolder, 'seeded');
  if (
    await access(mark).then(
      () => true,
      () => false,
    )
  ) {
    return;
  }
  progress.step('placing sample orders');
  const orders = await seedOrders(system.urls.gateway);
  await writeFile(mark, `${orders} orders\n`);
}

function summary({ urls, stores }: System, seconds: string, dataFolder: string): string {
  return `
Tributary is ready (${seconds} s), on ${stores.description}.

  Explorer       ${urls.gateway}/
  Endpoint       ${urls.gateway}/graphql
  Apollo Sandbox https://studio.apollographql.com/sandbox/explorer?endpoint=${encodeURIComponent(`${urls.gateway}/graphql`)}
  Console        ${urls.registry}/ of the schema registry; sign in with the key in ${dataFolder}/registry-api-key
  Registry       ${urls.registry}/graphql for rover: APOLLO_REGISTRY_URL; graph ${GRAPH_REF}, the same key
  Subgraphs      users ${urls.users}  products ${urls.products}  payments ${urls.payments}
${stores.addresses.map((address, index) => `  ${(index === 0 ? 'Stores' : '').padEnd(15)}${address}\n`).join('')}
  Sign in as     ada@tributary.example      customer, has orders
                 support@tributary.example  reads accounts and orders
                 catalog@tributary.example  manages the catalogue
                 finance@tributary.example  reads the ledger
                 admin@tributary.example    everything
  Password       ${SAMPLE_PASSWORD}
  Mail           ${urls.users}/mail

  Logs, keys and data are in ${dataFolder}/. Ctrl-C stops everything and keeps the data.`;
}

/** One line per step, with its time when it is done. */
class Progress {
  private readonly startedAt = Date.now();
  private stepStartedAt = 0;

  step(text: string): void {
    this.end();
    this.stepStartedAt = Date.now();
    process.stdout.write(`  ${text} ... `);
  }

  end(): void {
    if (this.stepStartedAt > 0) process.stdout.write(`${seconds(this.stepStartedAt)} s\n`);
    this.stepStartedAt = 0;
  }

  totalSeconds(): string {
    return seconds(this.startedAt);
  }
}

const seconds = (since: number): string => ((Date.now() - since) / 1000).toFixed(1);

try {
  await main();
} catch (error) {
  if (error instanceof DOMException && error.name === 'AbortError') process.exit(0);
  process.stdout.write('\n');
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
