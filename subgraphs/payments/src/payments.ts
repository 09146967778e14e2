import {
  DependencyUnavailableError,
  startHttpServer,
  type HttpServer,
  type Logger,
  type ReadinessCheck,
  type Trust,
} from '@tributary/service-kit';
import {
  clientAddress,
  createSubgraph,
  personalDataRoute,
  toNetwork,
  type PeriodicWorker,
  type Sealer,
} from '@tributary/subgraph-kit';
import { isPublicAddress, trustedEventsRoutes } from '@tributary/subgraph-kit/events';
import { createContext } from './context.ts';
import { lookAtDisputes } from './disputes/look-at-disputes.ts';
import type { CaptureMethod } from './domain/model.ts';
import type { PaymentProviderInfo } from './domain/payment-provider-info.ts';
import type { Inventory } from './inventory/inventory.ts';
import { deliverWebhooks } from './merchant-webhooks/deliver-webhooks.ts';
import { createWebhookSecrets } from './merchant-webhooks/webhook-secrets.ts';
import { forgetCustomer } from './methods/customer.ts';
import type { MethodDeps } from './methods/method-deps.ts';
import { startMethodWorker } from './methods/method-worker.ts';
import { takeMethodTurn } from './methods/take-method-turn.ts';
import { lookAtRefundsOf, startOperationWorker } from './operations/operation-worker.ts';
import type { OperationDeps } from './operations/perform-operation.ts';
import type { Calculators } from './pricing/calculators.ts';
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
  /** Open checkouts that guests of one network may have. */
  readonly maxGuestCheckouts: number;
  /** Pieces that they may hold together in those. */
  readonly maxGuestUnits: number;
  /** Proxies before the gateway that add to `X-Forwarded-For`. */
  readonly trustedProxies: number;
  /** How long after an order its buyer may cancel it, once it is paid. */
  readonly buyerCancelSeconds: number;
  readonly stores: Stores;
  readonly inventory: Inventory;
  /** What shipping and tax cost. */
  readonly calculators: Calculators;
  readonly provider: PaymentProvider;
  /** What front ends are told of it. */
  readonly providerInfo: PaymentProviderInfo;
  readonly captureMethod: CaptureMethod;
  readonly merchantWebhooks: MerchantWebhookOptions;
  readonly timing: Timing;
  readonly readiness: readonly ReadinessCheck[];
  readonly logger: Logger;
  /** Called between any two effects of a purchase; a test stops the work there by throwing. */
  readonly onCheckpoint?: (name: string) => void;
}

export interface MerchantWebhookOptions {
  /** Encrypts the secrets of endpoints. */
  readonly sealer: Sealer;
  /** Endpoints may be http: development only. */
  readonly allowsHttp: boolean;
  /** Endpoints may lead into private networks. */
  readonly allowsPrivate: boolean;
  /** The longest wait before each retry, in milliseconds. */
  readonly scheduleMs: readonly number[];
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
    updates: stores.updates,
    reader: stores.reader,
    inventory: options.inventory,
    calculators: options.calculators,
    provider: options.provider,
    captureMethod: options.captureMethod,
    timing: options.timing,
    logger,
    onCheckpoint: options.onCheckpoint ?? (() => undefined),
  };
  const methodDeps: MethodDeps = {
    methods: stores.methods,
    provider: options.provider,
    timing: options.timing,
    logger,
  };
  const operationDeps: OperationDeps = { ...deps, operations: stores.operations };
  const { sealer, allowsHttp, ...delivery } = options.merchantWebhooks;
  const secrets = createWebhookSecrets(sealer);
  let webhookWorker: PeriodicWorker | undefined;
  const disputeDeps = { disputes: stores.disputes, provider: options.provider };
  const runner = createSagaRunner(deps);
  const subgraph = await createSubgraph({
    name: 'payments',
    typeDefs: await loadSchema(),
    resolvers: createResolvers(
      {
        deps,
        paymentProvider: options.providerInfo,
        operationDeps,
        methodDeps,
        runner,
        checkoutTtlSeconds: options.checkoutTtlSeconds,
        maxGuestCheckouts: options.maxGuestCheckouts,
        maxGuestUnits: options.maxGuestUnits,
        buyerCancelSeconds: options.buyerCancelSeconds,
        webhooks: {
          store: stores.webhooks,
          secrets,
          rules: {
            allowsHttp,
            allowsAddress: (address) => delivery.allowsPrivate || isPublicAddress(address),
          },
          wake: () => webhookWorker?.wake(),
        },
      },
      stores.changes,
    ),
    createContext: (viewer, request) =>
      createContext(viewer, stores.reader, toNetwork(clientAddress(request, options.trustedProxies))),
    subscriptions: { createContext: (viewer) => createContext(viewer, stores.reader, undefined) },
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
              if (type !== 'user.erased') return;
              if (!(await stores.personalData.erase(subject))) {
                throw new DependencyUnavailableError(
                  'A purchase that has to end before its buyer is erased',
                  undefined,
                );
              }
              await forgetCustomer(methodDeps, subject);
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
        look: async ({ provider, reference, type }) => {
          if (reference === null) return true;
          if (type.startsWith('setup_intent.')) {
            const setup = await stores.methods.claimSetup(provider, reference);
            if (setup !== undefined) await takeMethodTurn(methodDeps, setup);
            return true;
          }
          const isTold = await lookAtRefundsOf(operationDeps, provider, reference);
          for (const checkoutId of await stores.sagas.waitingFor(provider, reference)) {
            await stores.sagas.hurry(checkoutId);
            await runner.resume(checkoutId);
          }
          if (!isTold || !type.startsWith('charge.dispute.')) return isTold;
          const signal = AbortSignal.timeout(options.timing.providerTimeoutMs);
          return lookAtDisputes(disputeDeps, reference, signal);
        },
        everyMs: options.timing.pollMs,
        logger,
      });
      webhookWorker = deliverWebhooks({
        ...delivery,
        store: stores.webhooks,
        secrets,
        everyMs: options.timing.pollMs,
        logger,
      });
      workers.push(
        startSagaWorker(deps, runner),
        startOperationWorker(operationDeps),
        startMethodWorker(methodDeps),
        inboxWorker,
        webhookWorker,
      );
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
