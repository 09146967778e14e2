/** The real service over real HTTP, on a real database, beside a products service of the test's own. */
import { silentLogger, type Logger, type Viewer } from '@tributary/service-kit';
import { createPool, postgresReadiness } from '@tributary/subgraph-kit/postgres';
import {
  createTestDatabase,
  createTestTrust,
  graphqlClient,
  userViewer,
  type GraphqlRequest,
  type TestTrust,
} from '@tributary/testkit';
import { createSealer, typedId } from '@tributary/subgraph-kit';
import type pg from 'pg';
import type * as z from 'zod';
import type { CaptureMethod } from '../domain/model.ts';
import { createHttpInventory } from '../inventory/http-inventory.ts';
import { migrate } from '../migrate.ts';
import { createPayments, type MerchantWebhookOptions } from '../payments.ts';
import { Rates } from '../pricing/rates.ts';
import { createTableCalculators } from '../pricing/table-calculators.ts';
import type { PaymentProvider } from '../provider/payment-provider.ts';
import { createSandboxProvider } from '../provider/sandbox-provider.ts';
import { DEFAULT_TIMING, type Timing } from '../saga/timing.ts';
import { createPostgresStores } from '../store/postgres/postgres-stores.ts';
import { startFakeProducts, type FakeProducts } from './fake-products.ts';
import { API_KEY, startSandboxProcess, WEBHOOK_SECRET, type SandboxProcess } from './sandbox-process.ts';

/** What front ends show to a provider that knows of such keys. */
export const PUBLISHABLE_KEY = 'pk_test_of_the_tests';

/** Leases and locks short enough that a test can wait for them. */
export const QUICK: Partial<Timing> = { keyLockMs: 200, leaseMs: 200, pollMs: 30, actionPollMs: 200 };

export interface World {
  readonly trust: TestTrust;
  readonly products: FakeProducts;
  readonly sandbox: SandboxProcess;
  readonly databaseUrl: string;
  /** For looking into the database; not the service's own. */
  readonly pool: pg.Pool;
  start(options?: StartOptions): Promise<RunningPayments>;
  close(): Promise<void>;
}

export interface StartOptions {
  readonly timing?: Partial<Timing>;
  readonly checkoutTtlSeconds?: number;
  readonly buyerCancelSeconds?: number;
  readonly captureMethod?: CaptureMethod;
  /** Without them nothing is taxed and shipping is free. */
  readonly rates?: z.input<typeof Rates>;
  /** Default: https to the public internet alone. */
  readonly merchantWebhooks?: Partial<MerchantWebhookOptions>;
  readonly logger?: Logger;
  readonly onCheckpoint?: (name: string) => void;
  /** Puts something of the test's own before the sandbox. */
  readonly provider?: (sandbox: PaymentProvider) => PaymentProvider;
}

export interface Statement {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

export interface RunningPayments {
  readonly url: string;
  readonly request: GraphqlRequest;
  /** Statements this service has sent for requests. */
  readonly statements: Statement[];
  stop(): Promise<void>;
}

/** An empty, migrated database and a products service; as many payments services as a test wants. */
export async function createWorld(): Promise<World> {
  const trust = await createTestTrust();
  const [products, sandbox, database] = await Promise.all([
    startFakeProducts(trust.trust),
    startSandboxProcess(),
    createTestDatabase(),
  ]);
  await migrate(database.url, silentLogger());
  const pool = connect(database.url);
  const running = new Set<RunningPayments>();
  return {
    trust,
    products,
    sandbox,
    databaseUrl: database.url,
    pool,
    start: async (options = {}) => {
      const service = await startPayments(database.url, trust, products, sandbox, options);
      running.add(service);
      return service;
    },
    close: async () => {
      await Promise.all([...running].map((service) => service.stop()));
      await pool.end();
      await products.stop();
      await sandbox.stop();
      await database.drop();
    },
  };
}

async function startPayments(
  databaseUrl: string,
  trust: TestTrust,
  products: FakeProducts,
  sandbox: SandboxProcess,
  options: StartOptions,
): Promise<RunningPayments> {
  const logger = options.logger ?? silentLogger();
  const timing: Timing = { ...DEFAULT_TIMING, ...options.timing };
  const provider = (options.provider ?? ((real) => real))(
    createSandboxProvider({ url: sandbox.url, apiKey: API_KEY, webhookSecrets: [WEBHOOK_SECRET] }),
  );
  const pool = connect(databaseUrl);
  const statements = recordStatements(pool);
  const payments = await createPayments({
    host: '127.0.0.1',
    port: 0,
    trust: trust.trust,
    introspection: false,
    checkoutTtlSeconds: options.checkoutTtlSeconds ?? 900,
    maxGuestCheckouts: 3,
    maxGuestUnits: 100,
    trustedProxies: 0,
    buyerCancelSeconds: options.buyerCancelSeconds ?? 1_800,
    stores: createPostgresStores(pool, timing),
    inventory: createHttpInventory({
      url: products.url,
      signer: await trust.serviceSigner('payments'),
      logger,
    }),
    provider,
    providerInfo: {
      code: provider.code,
      displayName: 'Sandbox',
      publishableKey: provider.code === 'sandbox' ? null : PUBLISHABLE_KEY,
      isTest: true,
      supports: ['CARD'],
      currencies: provider.currencies,
    },
    calculators: createTableCalculators(Rates.parse(options.rates ?? {})),
    captureMethod: options.captureMethod ?? 'AUTOMATIC',
    merchantWebhooks: {
      sealer: createSealer({ current: 'test', keys: { test: Buffer.alloc(32, 7).toString('base64url') } }),
      allowsHttp: false,
      allowsPrivate: false,
      scheduleMs: [],
      ...options.merchantWebhooks,
    },
    timing,
    readiness: [postgresReadiness(pool)],
    logger,
    ...(options.onCheckpoint === undefined ? {} : { onCheckpoint: options.onCheckpoint }),
  });
  const url = await payments.start();
  let stopped: Promise<void> | undefined;
  return {
    url,
    request: graphqlClient(`${url}/graphql`, 'payments', trust),
    statements,
    stop: () => {
      stopped ??= payments.stop().then(() => pool.end());
      return stopped;
    },
  };
}

const connect = (url: string): pg.Pool =>
  createPool({
    connectionString: url,
    applicationName: 'payments-test',
    prepares: true,
    logger: silentLogger(),
  });

/**
 * Every statement outside a transaction goes through `pool.query`; those are what reads are made of. What tells of
 * changes, ten times a second, belongs to no request.
 */
function recordStatements(pool: pg.Pool): Statement[] {
  const statements: Statement[] = [];
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  pool.query = ((...args: unknown[]) => {
    const [text, parameters = []] = args as [string, (readonly unknown[])?];
    if (!text.includes('untold_changes')) statements.push({ text, parameters });
    return query(...args);
  }) as typeof pool.query;
  return statements;
}

const userId = typedId('usr');

/** A signed-in buyer nobody else is. */
export const newBuyer = (scopes: readonly string[] = []): Viewer & { readonly id: string } =>
  userViewer(userId.generate(), scopes) as Viewer & { readonly id: string };
