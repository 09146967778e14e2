import {
  DependencyUnavailableError,
  startHttpServer,
  type HttpServer,
  type Logger,
  type ReadinessCheck,
  type Trust,
} from '@tributary/service-kit';
import { createSubgraph, personalDataRoute, type PeriodicWorker } from '@tributary/subgraph-kit';
import { trustedEventsRoutes } from '@tributary/subgraph-kit/events';
import { createContext } from './context.ts';
import type { CaptureMethod } from './domain/model.ts';
import type { Inventory } from './inventory/inventory.ts';
import { lookAtRefunds, startOperationWorker } from './operations/operation-worker.ts';
import type { OperationDeps } from './operations/perform-operation.ts';
import type { PaymentProvider } from './provider/payment-provider.ts';
import { createResolvers } from './resolvers/index.ts';
import type { SagaDeps } from './saga/saga-deps.ts';
import { createSagaRunner } from './saga/saga-runner.ts';
import { startSagaWorker } from './saga/saga-worker.ts';
import type { Timing } from './saga/timing.ts';
import { loadSchema } from './schema.ts';
import type { Stores } from './store/stores.ts';
import { startInboxWorker } from './webhooks/inbox-worker.ts';
import { webhookRoute } from './webhooks/webhook-route.ts';

export interface PaymentsOptions {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** Who may sign requests. */
  readonly trust: Trust;
  readonly introspection: boolean;
  /** How long price and stock of an unpaid checkout are held. */
  readonly checkoutTtlSeconds: number;
  readonly stores: Stores;
  readonly inventory: Inventory;
  readonly provider: PaymentProvider;
  readonly captureMethod: CaptureMethod;
  readonly timing: Timing;
  readonly readiness: readonly ReadinessCheck[];
  readonly logger: Logger;
  /** Called between any two effects of a purchase; a test stops the work there by throwing. */
  readonly onCheckpoint?: (name: string) => void;
}

export interface Payments {
  /**
   * Begins to answer requests and to move on what is unfinished.
   *
   * @returns the origin that reaches the service, without a trailing slash; GraphQL is at /graphql.
   */
  start(): Promise<string>;
  /** Finishes the requests in flight and writes down where each purchase stands; the stores stay open. */
  stop(): Promise<void>;
}

/** The payments subgraph, wired and ready to start. */
export async function createPayments(options: PaymentsOptions): Promise<Payments> {
  const { host, port, stores, logger, trust, introspection, readiness } = options;
  const deps: SagaDeps = {
    checkouts: stores.checkouts,
    sagas: stores.sagas,
    reader: stores.reader,
    inventory: options.inventory,
    provider: options.provider,
    captureMethod: options.captureMethod,
    timing: options.timing,
    logger,
    onCheckpoint: options.onCheckpoint ?? (() => undefined),
  };
  const operationDeps: OperationDeps = { ...deps, operations: stores.operations };
  const runner = createSagaRunner(deps);
  const subgraph = await createSubgraph({
    name: 'payments',
    typeDefs: await loadSchema(),
    resolvers: createResolvers(
      {
        deps,
        operationDeps,
        runner,
        checkoutTtlSeconds: options.checkoutTtlSeconds,
      },
      stores.changes,
    ),
    createContext: (viewer) => createContext(viewer, stores.reader),
    subscriptions: { createContext: (viewer) => createContext(viewer, stores.reader) },
    trust,
    logger,
    introspection,
  });
  let server: HttpServer | undefined;
  const workers: PeriodicWorker[] = [];
  let inboxWorker: PeriodicWorker | undefined;
  return {
    start: async () => {
      server = await startHttpServer({
        host,
        port,
        routes: {
          '/graphql': subgraph.route,
          '/personal-data': personalDataRoute({
            name: 'payments',
            trust,
            collect: stores.personalData.collect,
          }),
          '/webhooks/provider': webhookRoute({
            provider: options.provider,
            inbox: stores.inbox,
            onEvent: () => inboxWorker?.wake(),
          }),
          ...trustedEventsRoutes({
            trust,
            sender: 'users',
            handle: async ({ type, subject }) => {
              if (type !== 'user.erased' || (await stores.personalData.erase(subject))) return;
              throw new DependencyUnavailableError(
                'A purchase that has to end before its buyer is erased',
                undefined,
              );
            },
          }),
        },
        ...(subgraph.door !== undefined && { upgrades: { '/graphql': subgraph.door } }),
        readiness,
        logger,
      });
      stores.changes.start(logger);
      inboxWorker = startInboxWorker({
        inbox: stores.inbox,
        look: async ({ provider, reference }) => {
          if (reference === null) return;
          await lookAtRefunds(operationDeps, await stores.operations.placedRefunds(provider, reference));
          for (const checkoutId of await stores.sagas.waitingFor(provider, reference)) {
            await stores.sagas.hurry(checkoutId);
            await runner.resume(checkoutId);
          }
        },
        everyMs: options.timing.pollMs,
        logger,
      });
      workers.push(startSagaWorker(deps, runner), startOperationWorker(operationDeps), inboxWorker);
      return server.url;
    },
    stop: async () => {
      server?.beginDrain();
      await Promise.all(workers.map((worker) => worker.stop()));
      await server?.close();
      await stores.changes.stop();
      await runner.stop();
      await subgraph.stop();
    },
  };
}
