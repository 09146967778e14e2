import { ConfigurationError, type LogLevel } from '@tributary/service-kit';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { DEFAULT_FILE, type CommandLine } from './command-line.ts';
import type { HttpPolicyDeciderOptions } from '../authorization/policy-decider.ts';
import type { TokenIssuer } from '../auth/access-token-verifier.ts';
import type { TokenSource } from '../auth/read-token.ts';
import type { DemandControlOptions } from '../demand-control/demand-control-options.ts';
import type { OverloadLimits } from '../doors/overload.ts';
import type { CorsOptions } from '../doors/cors.ts';
import type { PluginModule } from '../plugins/load-plugins.ts';
import type { HeaderRules } from '../subgraph-client/header-rules.ts';
import type { ResponseHeaderRules } from '../subgraph-client/received-headers.ts';
import type { SubgraphSignatures } from '../subgraph-client/signers.ts';
import type { SubgraphTlsSources } from '../tls/subgraph-tls.ts';
import type { TlsSources } from '../tls/tls-material.ts';
import type { SubgraphShapes } from '../subgraph-client/subgraph-guard.ts';
import type { CanaryOptions } from '../supergraph/canary.ts';
import type { OverrideOptions } from '../pipeline/decide-overrides.ts';
import type { PlanExposure } from '../pipeline/expose-plan.ts';
import type { OperationLimits } from '../planning/operation-limits.ts';
import type { TelemetryOptions } from '../telemetry/telemetry.ts';
import type { SupergraphLocation } from '../sources/supergraph-source.ts';
import { subgraphErrorsConfig, type SubgraphErrorsConfig } from './client-errors-yaml.ts';
import { canaryOptions } from './canary-yaml.ts';
import { corsOptions } from './cors-yaml.ts';
import { demandControlOptions } from './demand-control-yaml.ts';
import { planExposure } from './expose-query-plan-yaml.ts';
import { GatewayYaml } from './gateway-yaml.ts';
import { persistedOperationsConfig, type PersistedOperationsConfig } from './persisted-queries-yaml.ts';
import { pluginModules } from './plugins-yaml.ts';
import { overrideOptions } from './progressive-override-yaml.ts';
import { rateLimitConfig, type RateLimitConfig } from './rate-limit-yaml.ts';
import { registryOf, supergraphLocation } from './supergraph-yaml.ts';
import { telemetryOptions } from './telemetry-yaml.ts';
import { subgraphSignatures } from './subgraph-authentication-yaml.ts';
import { listenerTls, subgraphTls } from './tls-yaml.ts';
import { subgraphShapes } from './traffic-shaping-yaml.ts';
import { headerRules, responseHeaderRules } from './headers-yaml.ts';
import { readGatewayYaml } from './read-gateway-yaml.ts';

export interface AuthenticationConfig {
  readonly issuers: readonly TokenIssuer[];
  readonly clockToleranceMs: number;
  readonly tokenSource: TokenSource;
  /** Undefined: subgraphs get the client's own header. */
  readonly viewerKeyFile: string | undefined;
}

/** What is done with what callers may not see. */
export interface AuthorizationConfig {
  /** Whether the supergraph's directives are enforced. */
  readonly directives: boolean;
  /** Introspection tells callers only of what they may see. */
  readonly filterIntrospection: boolean;
  /** An operation with a field its caller may not see is refused, not answered without it. */
  readonly rejectUnauthorized: boolean;
  /** Operations of callers who are not signed in are refused. */
  readonly requireAuthentication: boolean;
}

/** A gateway's configuration: paths are absolute, times in milliseconds, sizes in bytes. */
export interface GatewayConfig {
  readonly supergraph: SupergraphLocation;
  /** Undefined: a new supergraph is for everybody at once. */
  readonly canary: CanaryOptions | undefined;
  readonly port: number;
  readonly host: string;
  /** Undefined: clients are served over HTTP. */
  readonly listenerTls: TlsSources | undefined;
  readonly logLevel: LogLevel;
  readonly telemetry: TelemetryOptions;
  readonly introspection: boolean;
  readonly explorer: boolean;
  readonly operationsFolder: string | undefined;
  readonly cors: CorsOptions;
  /** Headers of which a request that needs no preflight must have one; undefined: none. */
  readonly csrfHeaders: readonly string[] | undefined;
  readonly suggestions: boolean;
  /** Whether clients are told no more of an operation than that it is not valid. */
  readonly redactValidationErrors: boolean;
  readonly subgraphErrors: SubgraphErrorsConfig;
  readonly limits: OperationLimits;
  readonly subgraphShapes: SubgraphShapes;
  /** Undefined: as Node.js does it. */
  readonly subgraphTls: SubgraphTlsSources | undefined;
  /** Undefined: requests to subgraphs are not signed. */
  readonly subgraphSignatures: SubgraphSignatures | undefined;
  readonly headerRules: HeaderRules;
  /** Undefined: clients get none of subgraphs' headers. */
  readonly responseHeaderRules: ResponseHeaderRules | undefined;
  readonly maxEntitiesPerRequest: number;
  /** Undefined: nobody is told of plans. */
  readonly planExposure: PlanExposure | undefined;
  readonly overrides: OverrideOptions;
  /** Longest a request of a client may take. */
  readonly requestTimeoutMs: number;
  readonly overload: OverloadLimits;
  readonly planningTimeoutMs: number;
  readonly operationCacheBytes: number;
  readonly sharing: 'queries' | 'reads' | 'off';
  readonly workers: number;
  readonly maxBodyBytes: number;
  readonly maxHeaders: number;
  readonly maxHeaderBytes: number;
  /** Undefined: nobody is asked who they are, `authorization` is passed on. */
  readonly authentication: AuthenticationConfig | undefined;
  readonly authorization: AuthorizationConfig;
  /** Who decides policies; undefined: nobody, what they protect stays closed. */
  readonly policies: Omit<HttpPolicyDeciderOptions, 'logger'> | undefined;
  readonly persistedOperations: PersistedOperationsConfig;
  /** Undefined: operations may cost what they will. */
  readonly demandControl: DemandControlOptions | undefined;
  /** Undefined: clients may ask as much as they like. */
  readonly rateLimit: RateLimitConfig | undefined;
  /** In the order their hooks run in. */
  readonly plugins: readonly PluginModule[];
}

/** The part that may change while the gateway runs. */
export type ServingConfig = Omit<
  GatewayConfig,
  | 'authentication'
  | 'logLevel'
  | 'telemetry'
  | 'workers'
  | 'planningTimeoutMs'
  | 'host'
  | 'listenerTls'
  | 'port'
  | 'maxHeaders'
  | 'maxHeaderBytes'
>;

/** The part that needs a restart, by the names people know it by. */
export const fixedPart = ({
  host,
  listenerTls: tls,
  port,
  workers,
  logLevel,
  telemetry,
  planningTimeoutMs,
  maxHeaders,
  maxHeaderBytes,
}: GatewayConfig) => ({
  'listen.host': host,
  'listen.port': port,
  'tls.supergraph': JSON.stringify(tls),
  workers,
  'log.level': logLevel,
  telemetry: JSON.stringify(telemetry),
  'query_planning.timeout': planningTimeoutMs,
  'limits.http1_max_request_headers': maxHeaders,
  'limits.http1_max_request_buf_size': maxHeaderBytes,
});

export interface LoadedConfig {
  readonly config: GatewayConfig;
  /** The file it comes from; undefined: the command line alone. */
  readonly file: string | undefined;
}

/**
 * What the gateway is to do: the command line over the file over the defaults.
 *
 * Without `--config` the file is `gateway.yaml` in the current folder, if there is one.
 *
 * @throws ConfigurationError with every problem at once.
 */
export function loadConfig(
  commandLine: CommandLine,
  env: Readonly<Record<string, string | undefined>>,
): LoadedConfig {
  const file =
    commandLine.config === undefined
      ? existsSync(DEFAULT_FILE)
        ? resolve(DEFAULT_FILE)
        : undefined
      : resolve(commandLine.config);
  const folder = file === undefined ? process.cwd() : dirname(file);
  const read = file === undefined ? { yaml: GatewayYaml.parse({}) } : readFile(file, folder, env);
  return { config: toConfig(file, folder, read.yaml, commandLine, env), file };
}

function readFile(
  file: string,
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): { readonly yaml: GatewayYaml } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigurationError(file, [
      `cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'error'}). Name another with --config FILE.`,
    ]);
  }
  const read = readGatewayYaml(text, { env, folder });
  if ('problems' in read) throw new ConfigurationError(file, read.problems);
  return read;
}

function toConfig(
  file: string | undefined,
  folder: string,
  yaml: GatewayYaml,
  { supergraph, port, host, workers, operations }: CommandLine,
  env: Readonly<Record<string, string | undefined>>,
): GatewayConfig {
  const { limits, authentication, traffic_shaping: shaping } = yaml;
  const { jwt } = authentication ?? {};
  const fromFile = (path: string): string => resolve(folder, path);
  const location =
    supergraph === undefined
      ? supergraphLocation(yaml, fromFile, env)
      : supergraphLocation({ ...yaml, supergraph }, (path) => resolve(path), env);
  if (location === undefined)
    throw new ConfigurationError(file ?? 'gateway', [
      'supergraph: is needed: name the file or URL of a supergraph here, or with --supergraph.',
    ]);
  const telemetry = telemetryOptions(yaml.telemetry, location, env);
  if (yaml.telemetry.apollo.enabled === true && telemetry.usage === undefined)
    throw new ConfigurationError(file ?? 'gateway', [
      'telemetry.apollo: needs graph_ref and key, here or as APOLLO_GRAPH_REF and APOLLO_KEY.',
    ]);
  const registry = registryOf(yaml, env);
  if (yaml.persisted_queries.registry.enabled && registry === undefined)
    throw new ConfigurationError(file ?? 'gateway', [
      'persisted_queries.registry: needs uplink, or APOLLO_GRAPH_REF and APOLLO_KEY.',
    ]);
  const processes = workers ?? yaml.workers;
  const operationsFolder =
    operations === undefined ? yaml.explorer.operations && fromFile(yaml.explorer.operations) : operations;
  return {
    supergraph: location,
    canary: yaml.canary && canaryOptions(yaml.canary),
    port: port ?? yaml.listen.port,
    host: host ?? yaml.listen.host,
    listenerTls: listenerTls(yaml.tls, fromFile),
    logLevel: yaml.log.level,
    telemetry,
    introspection: yaml.introspection,
    explorer: yaml.introspection && yaml.explorer.enabled,
    operationsFolder: operationsFolder === undefined ? undefined : resolve(operationsFolder),
    cors: corsOptions(yaml.cors),
    csrfHeaders: yaml.csrf.unsafe_disabled ? undefined : yaml.csrf.required_headers,
    suggestions: yaml.suggestions,
    redactValidationErrors: yaml.redact_query_validation_errors,
    subgraphErrors: subgraphErrorsConfig(yaml.include_subgraph_errors),
    limits: {
      maxTokens: limits.parser_max_tokens,
      maxRecursion: limits.parser_max_recursion,
      maxDepth: limits.max_depth,
      maxHeight: limits.max_height,
      maxRootFields: limits.max_root_fields,
      maxAliases: limits.max_aliases,
      maxDirectives: limits.max_directives,
      warnOnly: limits.warn_only,
    },
    subgraphTls: subgraphTls(yaml.tls, fromFile),
    subgraphSignatures: authentication?.subgraph && subgraphSignatures(authentication.subgraph),
    headerRules: headerRules(yaml.headers),
    responseHeaderRules: responseHeaderRules(yaml.headers),
    subgraphShapes: subgraphShapes(shaping, yaml.override_subgraph_url),
    overrides: overrideOptions(yaml.progressive_override),
    planExposure: yaml.expose_query_plan && planExposure(yaml.expose_query_plan),
    maxEntitiesPerRequest: shaping.max_entities_per_request,
    requestTimeoutMs: shaping.router.timeout,
    overload: {
      maxConcurrent: shaping.router.concurrency_limit,
      maxDelayMs: shaping.router.max_event_loop_delay,
    },
    sharing: shaping.sharing,
    planningTimeoutMs: yaml.query_planning.timeout,
    operationCacheBytes: yaml.query_planning.cache_bytes,
    workers: processes === 'auto' ? availableParallelism() : processes,
    maxBodyBytes: limits.http_max_request_bytes,
    maxHeaders: limits.http1_max_request_headers,
    maxHeaderBytes: limits.http1_max_request_buf_size,
    authorization: {
      directives: yaml.authorization.directives.enabled,
      filterIntrospection: yaml.authorization.directives.filter_introspection,
      rejectUnauthorized: yaml.authorization.directives.reject_unauthorized,
      requireAuthentication: yaml.authorization.require_authentication,
    },
    policies: yaml.authorization.policies && {
      url: yaml.authorization.policies.url,
      timeoutMs: yaml.authorization.policies.timeout,
      cacheMs: yaml.authorization.policies.cache,
    },
    persistedOperations: persistedOperationsConfig(yaml, fromFile, registry),
    rateLimit: yaml.rate_limit && rateLimitConfig(yaml.rate_limit, yaml.demand_control),
    plugins: pluginModules(yaml.plugins, fromFile),
    demandControl: demandControlOptions(yaml.demand_control),
    authentication: jwt && {
      issuers: jwt.jwks.map((each) => ({
        source: /^https?:/.test(each.url) ? each.url : fromFile(each.url),
        issuers: each.issuers,
        audiences: each.audiences,
        algorithms: each.algorithms,
        tokenTypes: each.token_types,
        pollIntervalMs: each.poll_interval,
      })),
      clockToleranceMs: jwt.clock_tolerance,
      tokenSource: {
        headerName: jwt.header_name,
        headerValuePrefix: jwt.header_value_prefix,
        ignoreOtherPrefixes: jwt.ignore_other_prefixes,
        cookieName: jwt.cookie_name,
      },
      viewerKeyFile: authentication?.viewer_key_file && fromFile(authentication.viewer_key_file),
    },
  };
}
