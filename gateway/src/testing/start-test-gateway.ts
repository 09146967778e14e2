import { afterAll } from '@jest/globals';
import { silentLogger, type Logger } from '@tributary/service-kit';
import { composeFakes, postGraphql, type FakeSubgraph, type GraphqlAnswer } from '@tributary/testkit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forwardedCredentials, type Credentials } from '../auth/credentials.ts';
import { IncludeSubgraphErrors, subgraphErrorsConfig } from '../config/client-errors-yaml.ts';
import { Cors, corsOptions } from '../config/cors-yaml.ts';
import { headerRules, Headers } from '../config/headers-yaml.ts';
import { overrideOptions, ProgressiveOverride } from '../config/progressive-override-yaml.ts';
import { subgraphShapes, TrafficShaping } from '../config/traffic-shaping-yaml.ts';
import type { SubgraphShapes } from '../subgraph-client/subgraph-guard.ts';
import { Telemetry } from '../telemetry/telemetry.ts';
import { createPlannerPool, type PlannerPool } from '../planning/planner-pool.ts';
import { startGateway, type GatewayOptions } from '../gateway.ts';
import { GENEROUS_LIMITS } from './generous-limits.ts';

export interface TestGateway {
  readonly url: string;
  query(
    query: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<GraphqlAnswer>;
  /** Writes another supergraph to the file the gateway watches. */
  replaceSupergraph(sdl: string): Promise<void>;
  /** Serves by another configuration. */
  reload(overrides: Partial<GatewayOptions['config']>): Promise<void>;
  stop(): Promise<void>;
}

/** What is answered is tested, not when: the planner takes up to ten seconds for five interface objects within each other. */
const PLANNING_TIMEOUT_MS = 55_000;

/** A real gateway over fake subgraphs, on a free port. */
export async function startTestGateway(
  subgraphs: readonly FakeSubgraph[],
  overrides: Partial<GatewayOptions['config']> & {
    readonly credentials?: Credentials;
    /** Threads of its own, for a test about them. */
    readonly planners?: PlannerPool;
    readonly logger?: Logger;
    readonly telemetry?: Telemetry;
    /** False: the subgraphs outlive the gateway. */
    readonly closeSubgraphs?: boolean;
  } = {},
): Promise<TestGateway> {
  const {
    credentials = forwardedCredentials(),
    planners = sharedPlanners(),
    logger = silentLogger(),
    telemetry = await Telemetry.open(
      { accessLog: false, prometheus: undefined, tracing: undefined, usage: undefined },
      logger,
    ),
    closeSubgraphs = true,
    ...config
  } = overrides;
  const folder = await mkdtemp(join(tmpdir(), 'test-gateway-'));
  const supergraphFile = join(folder, 'supergraph.graphql');
  await writeFile(supergraphFile, composeFakes(subgraphs));
  const complete: GatewayOptions['config'] = {
    supergraph: { kind: 'file', path: supergraphFile },
    canary: undefined,
    host: '127.0.0.1',
    port: 0,
    introspection: true,
    explorer: true,
    limits: GENEROUS_LIMITS,
    authorization: {
      directives: true,
      filterIntrospection: false,
      rejectUnauthorized: false,
      requireAuthentication: false,
    },
    demandControl: undefined,
    persistedOperations: {
      manifests: [],
      hotReload: true,
      registry: undefined,
      logUnknown: false,
      safelist: false,
      requireId: false,
      automaticBytes: 1_000_000,
    },
    policies: undefined,
    plugins: [],
    rateLimit: undefined,
    operationsFolder: undefined,
    cors: corsOptions(Cors.parse({})),
    csrfHeaders: ['apollo-require-preflight'],
    suggestions: true,
    redactValidationErrors: false,
    subgraphErrors: subgraphErrorsConfig(IncludeSubgraphErrors.parse({})),
    subgraphShapes: shapes({}),
    headerRules: headerRules(Headers.parse({})),
    responseHeaderRules: undefined,
    subgraphTls: undefined,
    subgraphSignatures: undefined,
    listenerTls: undefined,
    overrides: overrideOptions(ProgressiveOverride.parse({})),
    planExposure: undefined,
    maxEntitiesPerRequest: 1_000,
    requestTimeoutMs: 60_000,
    overload: { maxConcurrent: 1_000, maxDelayMs: 10_000 },
    operationCacheBytes: 10_000_000,
    sharing: 'queries',
    maxBodyBytes: 10_000,
    maxHeaders: 100,
    maxHeaderBytes: 16_384,
    ...config,
  };
  const gateway = await startGateway({
    config: complete,
    credentials,
    planners,
    logger,
    telemetry,
    explorerFolder: folder,
  });
  return {
    url: gateway.url,
    query: (query, variables = {}, headers = {}) =>
      postGraphql(`${gateway.url}/graphql`, { query, variables }, headers),
    reload: (more) => gateway.reload({ ...complete, ...more }, forwardedCredentials()),
    replaceSupergraph: (sdl) => writeFile(supergraphFile, sdl),
    stop: async () => {
      await gateway.stop();
      if (closeSubgraphs) await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
      await rm(folder, { recursive: true });
    },
  };
}

/** As `traffic_shaping` and `override_subgraph_url` of gateway.yaml say it. */
export const shapes = (
  shaping: { readonly all?: object; readonly subgraphs?: object },
  urls: Readonly<Record<string, string>> = {},
): SubgraphShapes =>
  subgraphShapes(
    TrafficShaping.parse({
      ...shaping,
      all: { timeout: '5s', max_response_bytes: '10MB', ...shaping.all },
    }),
    urls,
  );

let shared: PlannerPool | undefined;

/** A planning thread takes half a second to start: the gateways of a test file share one pool. */
function sharedPlanners(): PlannerPool {
  return (shared ??= createPlannerPool({ timeoutMs: PLANNING_TIMEOUT_MS }));
}

afterAll(() => shared?.close());
