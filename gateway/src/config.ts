import { ConfigurationError, flag, host, httpUrl, logLevel, parseConfig, port } from '@tributary/service-kit';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';

export const HELP = `Serves a supergraph.

Usage: npm run gateway -- [options]

  --supergraph FILE   supergraph SDL; reloaded when it changes (SUPERGRAPH_FILE, default schema/supergraph.graphql)
  --port N            port to listen on, 0 for a free one (PORT, default 4000)
  --host ADDRESS      address to listen on (HOST, default 127.0.0.1)
  --workers N         processes that serve, or "auto" for one per core (WORKERS, default 1)
  --operations FOLDER example operations for the explorer, one .graphql file per tab (OPERATIONS_FOLDER)
  --help              this text

Without JWKS_URL nobody has to sign in and the caller's authorization header goes to the subgraphs as it is.
With it, access tokens are verified and subgraphs get a signed viewer token instead: see gateway/README.md.
`;

const Environment = z.object({
  SUPERGRAPH_FILE: z.string().default('schema/supergraph.graphql'),
  PORT: port(4000),
  HOST: host,
  LOG_LEVEL: logLevel,
  /** Answer introspection queries and serve the explorer. */
  INTROSPECTION: flag(true),
  /** Folder of example operations for the explorer. */
  OPERATIONS_FOLDER: z.string().optional(),
  /** Web origins that may call the gateway from a browser, comma-separated. */
  CORS_ORIGINS: z
    .string()
    .default('https://studio.apollographql.com')
    .transform((list) => list.split(',').map((origin) => origin.trim()))
    .pipe(z.array(httpUrl)),
  /** Longest a subgraph may take for one request, in milliseconds. */
  SUBGRAPH_TIMEOUT_MS: z.coerce.number().int().min(1).default(30_000),
  /** Largest answer of a subgraph, in bytes. */
  MAX_SUBGRAPH_RESPONSE_BYTES: z.coerce.number().int().min(1).default(100_000_000),
  /** Most entities that one request to a subgraph asks for; more are asked for in several at once. */
  MAX_ENTITIES_PER_REQUEST: z.coerce.number().int().min(1).default(1_000),
  /** Longest an operation may take to be parsed, validated and planned, in milliseconds. */
  PLANNING_TIMEOUT_MS: z.coerce.number().int().min(1).default(5_000),
  /** Most memory for documents, and again for plans, in bytes. */
  OPERATION_CACHE_BYTES: z.coerce.number().int().min(1).default(50_000_000),
  /** What is asked once when it is asked twice at the same time: `queries` of anonymous clients, `reads` of subgraphs only, or `off`. */
  SHARING: z.enum(['queries', 'reads', 'off']).default('queries'),
  /** Processes that serve: a number, or `auto` for one per core. */
  WORKERS: z
    .union([z.literal('auto'), z.coerce.number().int().min(1).max(256)])
    .default(1)
    .transform((workers) => (workers === 'auto' ? availableParallelism() : workers)),
  /** Largest request body, in bytes. */
  MAX_BODY_BYTES: z.coerce.number().int().min(1).default(1_000_000),
  /** Public keys of the access tokens' issuer. Setting it turns authentication on. */
  JWKS_URL: httpUrl.optional(),
  /** Required `iss` of access tokens. */
  ACCESS_TOKEN_ISSUER: z.string().optional(),
  /** Required `aud` of access tokens. */
  ACCESS_TOKEN_AUDIENCE: z.string().default('supergraph'),
  /** Private key (JWK) that signs viewer tokens. */
  VIEWER_KEY_FILE: z.string().optional(),
});

export interface AuthenticationConfig {
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly audience: string;
  readonly viewerKeyFile: string;
}

export interface GatewayConfig {
  readonly supergraphFile: string;
  readonly port: number;
  readonly host: string;
  readonly logLevel: z.infer<typeof logLevel>;
  readonly introspection: boolean;
  readonly operationsFolder: string | undefined;
  readonly corsOrigins: readonly string[];
  readonly subgraphTimeoutMs: number;
  readonly maxSubgraphResponseBytes: number;
  readonly maxEntitiesPerRequest: number;
  readonly planningTimeoutMs: number;
  readonly operationCacheBytes: number;
  readonly sharing: 'queries' | 'reads' | 'off';
  readonly workers: number;
  readonly maxBodyBytes: number;
  /** Undefined: nobody is asked who they are, `authorization` is passed on. */
  readonly authentication: AuthenticationConfig | undefined;
}

/**
 * Command line over environment over defaults.
 *
 * @returns 'help' when that was asked for.
 * @throws ConfigurationError with every problem at once.
 */
export function loadConfig(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): GatewayConfig | 'help' {
  const options = readArguments(args);
  if (options.help === true) return 'help';
  const values = parseConfig('gateway', Environment, {
    ...env,
    ...(options.supergraph === undefined ? {} : { SUPERGRAPH_FILE: options.supergraph }),
    ...(options.port === undefined ? {} : { PORT: options.port }),
    ...(options.host === undefined ? {} : { HOST: options.host }),
    ...(options.workers === undefined ? {} : { WORKERS: options.workers }),
    ...(options.operations === undefined ? {} : { OPERATIONS_FOLDER: options.operations }),
  });
  return {
    supergraphFile: resolve(values.SUPERGRAPH_FILE),
    port: values.PORT,
    host: values.HOST,
    logLevel: values.LOG_LEVEL,
    introspection: values.INTROSPECTION,
    operationsFolder: values.OPERATIONS_FOLDER === undefined ? undefined : resolve(values.OPERATIONS_FOLDER),
    corsOrigins: values.CORS_ORIGINS,
    subgraphTimeoutMs: values.SUBGRAPH_TIMEOUT_MS,
    maxSubgraphResponseBytes: values.MAX_SUBGRAPH_RESPONSE_BYTES,
    maxEntitiesPerRequest: values.MAX_ENTITIES_PER_REQUEST,
    planningTimeoutMs: values.PLANNING_TIMEOUT_MS,
    operationCacheBytes: values.OPERATION_CACHE_BYTES,
    sharing: values.SHARING,
    workers: values.WORKERS,
    maxBodyBytes: values.MAX_BODY_BYTES,
    authentication: readAuthentication(values),
  };
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        supergraph: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        workers: { type: 'string' },
        operations: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new ConfigurationError('gateway', [`${(error as Error).message}. See --help.`]);
  }
}

function readAuthentication(values: z.infer<typeof Environment>): AuthenticationConfig | undefined {
  if (values.JWKS_URL === undefined) return undefined;
  const { ACCESS_TOKEN_ISSUER: issuer, VIEWER_KEY_FILE: viewerKeyFile } = values;
  if (issuer === undefined || viewerKeyFile === undefined) {
    throw new ConfigurationError('gateway', [
      ...(issuer === undefined ? ['ACCESS_TOKEN_ISSUER: is needed with JWKS_URL'] : []),
      ...(viewerKeyFile === undefined ? ['VIEWER_KEY_FILE: is needed with JWKS_URL'] : []),
    ]);
  }
  return { jwksUrl: values.JWKS_URL, issuer, audience: values.ACCESS_TOKEN_AUDIENCE, viewerKeyFile };
}
