import { httpUrl } from '@tributary/service-kit';
import * as z from 'zod';
import { Headers } from './headers-yaml.ts';
import { IncludeSubgraphErrors } from './client-errors-yaml.ts';
import { CanaryYaml } from './canary-yaml.ts';
import { Cors } from './cors-yaml.ts';
import { DemandControl } from './demand-control-yaml.ts';
import { Apq, contradictionsOf, PersistedQueries } from './persisted-queries-yaml.ts';
import { Plugins } from './plugins-yaml.ts';
import { ProgressiveOverride } from './progressive-override-yaml.ts';
import { ExposeQueryPlan } from './expose-query-plan-yaml.ts';
import { RateLimit } from './rate-limit-yaml.ts';
import { Supergraph, SupergraphSource, Uplink } from './supergraph-yaml.ts';
import { Telemetry } from './telemetry-yaml.ts';
import { SubgraphAuthentication } from './subgraph-authentication-yaml.ts';
import { Tls } from './tls-yaml.ts';
import { OverrideSubgraphUrl, TrafficShaping } from './traffic-shaping-yaml.ts';
import { count, duration, listen, size } from './config-values.ts';

/** Those with a public key: whoever checks a token must not be able to make one. */
const ALGORITHMS = [
  'EdDSA',
  'ES256',
  'ES384',
  'ES512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
] as const;

const Explorer = z.strictObject({
  enabled: z.boolean().default(true).describe('Serve the explorer at `/`. It needs `introspection`.'),
  operations: z
    .string()
    .optional()
    .describe(
      'Folder of example operations, one `.graphql` file per tab; a `.json` file of the same name holds its variables.',
    ),
});

const Csrf = z.strictObject({
  unsafe_disabled: z.boolean().default(false).describe('Let pages of every origin ask without a preflight.'),
  required_headers: z
    .array(z.string())
    .min(1, 'must name one header or more')
    .default(['x-apollo-operation-name', 'apollo-require-preflight'])
    .describe('A request that needs no preflight must have one of these. Code `BAD_REQUEST`.'),
});

const Limits = z.strictObject({
  http_max_request_bytes: size('1MB').describe('Longest request body.'),
  http1_max_request_headers: count()
    .default(100)
    .describe('Most headers of a request. Code `HEADERS_TOO_LARGE`. A change needs a restart.'),
  http1_max_request_buf_size: size('16KiB').describe(
    'Longest headers of a request, together. Code `HEADERS_TOO_LARGE`. A change needs a restart.',
  ),
  parser_max_tokens: count()
    .default(15_000)
    .describe('Most lexical tokens of a document; one with more is refused before it is parsed.'),
  parser_max_recursion: count().default(500).describe('Deepest nesting of a document.'),
  max_depth: count()
    .optional()
    .describe('Deepest nesting of fields, fragments expanded. Code `MAX_DEPTH_LIMIT`.'),
  max_height: count()
    .optional()
    .describe(
      'Most fields, fragments expanded, a field counted once where it is merged. Code `MAX_HEIGHT_LIMIT`.',
    ),
  max_root_fields: count().optional().describe('Most fields of the root. Code `MAX_ROOT_FIELDS_LIMIT`.'),
  max_aliases: count().optional().describe('Most fields with an alias. Code `MAX_ALIASES_LIMIT`.'),
  max_directives: count().optional().describe('Most directives of a document. Code `MAX_DIRECTIVES_LIMIT`.'),
  warn_only: z
    .boolean()
    .default(false)
    .describe('Log operations beyond the five limits of fields and directives and answer them.'),
});

const QueryPlanning = z.strictObject({
  timeout: duration('5s').describe('Longest an operation may take to be parsed, validated and planned.'),
  cache_bytes: size('100MB').describe('Most memory for documents and their plans, estimated.'),
});

const Jwks = z.strictObject({
  url: z.string().describe('Public keys of the issuer, a JWK Set: an http(s) URL, or a file.'),
  issuers: z
    .array(z.string())
    .min(1, 'must name one issuer or more')
    .describe('Values of `iss` whose tokens these keys sign.'),
  audiences: z
    .array(z.string())
    .min(1, 'must name one audience or more')
    .default(['supergraph'])
    .describe('A token must be for one of these (`aud`).'),
  algorithms: z
    .array(z.enum(ALGORITHMS, { error: `must be one of ${ALGORITHMS.join(', ')}` }))
    .min(1, 'must name one algorithm or more')
    .default(['EdDSA', 'ES256', 'RS256'])
    .describe('Algorithms that tokens may be signed with.'),
  token_types: z
    .array(z.string())
    .min(1, 'must name one type or more')
    .default(['at+jwt'])
    .describe('Values of the header `typ`. Issuers older than RFC 9068 write `JWT`, in ID tokens too.'),
  poll_interval: duration('5m').describe(
    'How often the keys are looked up again. A key that is not known is looked for at once.',
  ),
});

const Jwt = z.strictObject({
  jwks: z.array(Jwks).min(1, 'must have one issuer or more').describe('Issuers whose tokens are taken.'),
  header_name: z.string().default('authorization').describe('Header that has the token.'),
  header_value_prefix: z.string().default('Bearer').describe('What stands before the token in the header.'),
  ignore_other_prefixes: z
    .boolean()
    .default(false)
    .describe('Take a header with another prefix for none; else it is refused.'),
  cookie_name: z.string().optional().describe('Cookie that has the token when the header has not.'),
  clock_tolerance: duration('5s').describe("How far the issuers' clocks may be off."),
});

const Authentication = z
  .strictObject({
    jwt: Jwt.optional().describe(
      "Access tokens that clients send. Without it nobody has to sign in, and the caller's `authorization` header goes to the subgraphs as it is.",
    ),
    subgraph: SubgraphAuthentication.optional().describe(
      'How subgraphs know that a request comes from the gateway: docs/subgraph-authentication.md.',
    ),
    viewer_key_file: z
      .string()
      .optional()
      .describe(
        "Private Ed25519 key (JWK) that signs what subgraphs are told of the caller. Without it they get the client's `authorization` header as it is.",
      ),
  })
  .refine(({ jwt, subgraph }) => jwt !== undefined || subgraph !== undefined, {
    path: ['jwt'],
    message: 'is needed',
  })
  .refine(({ jwt, viewer_key_file: file }) => jwt !== undefined || file === undefined, {
    path: ['viewer_key_file'],
    message: 'needs jwt',
  });

const Authorization = z.strictObject({
  require_authentication: z
    .boolean()
    .default(false)
    .describe('Refuse every operation of a caller who is not signed in. Code `UNAUTHENTICATED`.'),
  directives: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe('Enforce `@authenticated`, `@requiresScopes` and `@policy` before anything is fetched.'),
      filter_introspection: z
        .boolean()
        .default(false)
        .describe('Let introspection tell callers only of what they may see.'),
      reject_unauthorized: z
        .boolean()
        .default(false)
        .describe('Refuse an operation with a field that its caller may not see; else the field is null.'),
    })
    .prefault({})
    .describe('What the supergraph protects.'),
  policies: z
    .strictObject({
      url: httpUrl.describe('Where decisions are made: docs/authorization.md.'),
      timeout: duration('1s').describe('Longest a decision may take; without one the policy stays closed.'),
      cache: duration('30s').describe('How long a decision holds for a caller; `0s`: for one request.'),
    })
    .optional()
    .describe('Who decides `@policy`. Without it, what policies protect stays closed.'),
});

const Options = z.strictObject({
  supergraph: Supergraph,
  uplink: Uplink.describe(
    'Registry to take the supergraph from, in the place of `supergraph`. Without either, `APOLLO_GRAPH_REF`, `APOLLO_KEY` and `APOLLO_UPLINK_ENDPOINTS` of the environment say it.',
  ),
  supergraph_source: SupergraphSource.prefault({}).describe(
    'How a URL or a registry is asked: docs/schema-changes.md.',
  ),
  canary: CanaryYaml.optional().describe(
    'Serve a new supergraph to some callers first: docs/schema-changes.md. Without it, to all at once.',
  ),
  listen: listen(4_000).prefault({}).describe('Where the gateway listens. A change needs a restart.'),
  tls: Tls.prefault({}).describe(
    'Certificates and keys: docs/tls.md. Each is PEM text, or a file with it, which is read again when it changes.',
  ),
  workers: z
    .union([z.literal('auto'), count().max(256)], {
      error: 'must be "auto" or a whole number, 1 to 256',
    })
    .default(1)
    .describe('Processes that share the port; `auto` for one per core. A change needs a restart.'),
  log: z
    .strictObject({
      level: z
        .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
        .default('info')
        .describe('Least urgent entries that are written.'),
    })
    .prefault({})
    .describe('Logs, as JSON lines. A change needs a restart.'),
  telemetry: Telemetry.prefault({}).describe(
    'What can be seen of the gateway: docs/observability.md. A change needs a restart.',
  ),
  expose_query_plan: ExposeQueryPlan.optional().describe(
    'Who may see the plan of an operation and what its steps took: docs/observability.md. Without it, nobody.',
  ),
  introspection: z
    .boolean()
    .default(true)
    .describe('Answer queries for the schema. Turn off in production when the schema is not public.'),
  explorer: Explorer.prefault({}).describe('The explorer, which works offline.'),
  suggestions: z
    .boolean()
    .default(true)
    .describe('Tell clients which names of the schema they may have meant.'),
  redact_query_validation_errors: z
    .boolean()
    .default(false)
    .describe('Tell clients no more of an operation that is not valid than that.'),
  cors: Cors.prefault({}).describe('Cross-origin requests.'),
  csrf: Csrf.prefault({}).describe('Cross-site request forgery.'),
  include_subgraph_errors: IncludeSubgraphErrors.prefault({}).describe(
    "What clients see of subgraphs' errors; the log has all of them.",
  ),
  limits: Limits.prefault({}).describe(
    'What a request may be; whatever is beyond is refused before it runs.',
  ),
  traffic_shaping: TrafficShaping.prefault({}).describe('Requests to subgraphs.'),
  headers: Headers.prefault({}).describe(
    "What subgraphs get of clients' headers, clients of subgraphs', and others: docs/headers.md. `authorization` is no matter of this.",
  ),
  override_subgraph_url: OverrideSubgraphUrl.describe(
    'Where subgraphs are, by name, in the place of what the supergraph says.',
  ),
  progressive_override: ProgressiveOverride.prefault({}).describe(
    'Whom fields that move have moved for already: docs/schema-changes.md.',
  ),
  query_planning: QueryPlanning.prefault({}).describe('Preparing operations that were not seen before.'),
  authentication: Authentication.optional().describe(
    'Who is asking: clients the gateway, and the gateway subgraphs.',
  ),
  authorization: Authorization.prefault({}).describe('What a caller may see.'),
  persisted_queries: PersistedQueries.prefault({}).describe(
    'Operations that were registered before they are sent: docs/persisted-operations.md.',
  ),
  apq: Apq.prefault({}).describe('Automatic persisted queries.'),
  plugins: Plugins.describe(
    'Code of your own that takes part in every request, in this order: docs/plugins.md.',
  ),
  demand_control: DemandControl.prefault({}).describe('What an operation may cost: docs/demand-control.md.'),
  rate_limit: RateLimit.optional().describe(
    'How much cost a client may use in a time: docs/rate-limits.md. Without it there is no limit.',
  ),
});

/** `gateway.yaml`, as people write it. Names are Apollo Router's where it has the option. */
export const GatewayYaml = Options.superRefine((yaml, context) => {
  if (yaml.supergraph !== undefined && yaml.uplink !== undefined)
    context.addIssue({ code: 'custom', path: ['uplink'], message: 'cannot stand beside supergraph' });
  for (const { path, message } of contradictionsOf(yaml))
    context.addIssue({ code: 'custom', path: [...path], message });
});

export type GatewayYaml = z.output<typeof GatewayYaml>;

/** The JSON Schema of `gateway.yaml`, for editors and for docs/config.md. */
export function gatewayJsonSchema(): JsonSchema {
  return z.toJSONSchema(GatewayYaml, { io: 'input' }) as JsonSchema;
}

/** As much of JSON Schema as is made of the types above. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: string | number | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly required?: readonly string[];
}
