import type { Logger } from '@tributary/service-kit';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Code of a company's own that takes part in every request. All hooks are optional; those of several plugins run in the
 * order in which gateway.yaml names them. One that throws fails the request with INTERNAL_SERVER_ERROR, in the log with
 * the plugin's name: a plugin that protects something must not be passed by because it is broken.
 */
export interface GatewayPlugin {
  /** Stands in the log. */
  readonly name: string;
  /** A request has arrived, nobody knows yet whose: headers that are set here decide that. */
  onRequest?(request: PluginRequest): Hooked<Refusal>;
  /** It is known what is asked, and by whom; nothing has been checked or planned. */
  onOperation?(operation: PluginOperation): Hooked<Refusal>;
  /** @returns Those of the policies that let the caller through; they add to what other plugins and the configured service grant. */
  decidePolicies?(policies: readonly string[], operation: PluginOperation): Hooked<readonly string[]>;
  /** @returns Those of the supergraph's labels of progressive `@override` that apply, on top of what the configuration says. */
  decideOverrides?(labels: readonly string[], operation: PluginOperation): Hooked<readonly string[]>;
  /** The operation may run, and this is how. */
  onPlan?(plan: PluginPlan): Hooked<Refusal>;
  /** A subgraph is about to be asked; a refusal stands as an error where its data would be. */
  onSubgraphRequest?(request: PluginSubgraphRequest): Hooked<Refusal>;
  /** A subgraph answered, or could not be asked. */
  onSubgraphResponse?(response: PluginSubgraphResponse): Hooked<void>;
  /** What the operation came to, before it is written. */
  onResponse?(response: PluginResponse): Hooked<void>;
  /** No request will come any more: the gateway stops, or has another configuration. */
  stop?(): Hooked<void>;
}

/** What a hook may return: most have nothing to say, and some need time. */
export type Hooked<T> = T | undefined | Promise<T | undefined>;

/** What a module of a plugin exports by default. `options` is what gateway.yaml says of it, as JSON. */
export type CreatePlugin = (
  options: unknown,
  gateway: { readonly logger: Logger },
) => GatewayPlugin | Promise<GatewayPlugin>;

export interface Refusal {
  /** Goes to `extensions.code`. */
  readonly code: string;
  /** Told to the client. */
  readonly message: string;
  /** Of the HTTP response; 403 when nothing is said. */
  readonly status?: number;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** With the status that holds when a plugin says nothing of it. */
export type DecidedRefusal = Refusal & Required<Pick<Refusal, 'status'>>;

export interface PluginRequest {
  readonly method: string;
  /** Lower-case names, as Node has them. What is set here, the gateway reads. */
  readonly headers: IncomingHttpHeaders;
  /** IP address of the other end of the connection. */
  readonly address: string;
  /** Sent with the answer. */
  readonly responseHeaders: Record<string, string>;
  /** For what a plugin wants to find again in a later hook of the same request; a key of its own keeps it apart. */
  readonly values: Map<unknown, unknown>;
}

export interface PluginOperation {
  readonly request: PluginRequest;
  /** The document. */
  readonly text: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** `authenticated` and `scope:NAME`, as the access token has them. */
  readonly permissions: ReadonlySet<string>;
}

export interface PluginPlan {
  readonly operation: PluginOperation;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** In the order of the plan; what depends on earlier answers may not be asked in the end. */
  readonly fetches: readonly { readonly subgraph: string; readonly document: string }[];
  /** By demand control; undefined where nothing has a cost. */
  readonly estimatedCost: number | undefined;
}

export interface PluginSubgraphRequest {
  readonly operation: PluginOperation;
  readonly subgraph: string;
  readonly isMutation: boolean;
  /** JSON text of the GraphQL request. */
  readonly body: string;
  /** Sent on top of the gateway's own. Requests with different headers are never taken for one. */
  readonly headers: Record<string, string>;
}

export interface PluginSubgraphResponse {
  readonly request: PluginSubgraphRequest;
  /** Undefined when there was no HTTP response. */
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** From the question to the whole answer, in milliseconds; as long as another request for it took where they shared it. */
  readonly durationMs: number;
  /** Why there is no GraphQL answer. */
  readonly failure: { readonly message: string; readonly code: unknown } | undefined;
}

export interface PluginResponse {
  readonly operation: PluginOperation;
  /** As the client will see them, before what it may not see of them is taken out. */
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[] | undefined;
  }[];
  /** Members of the response's `extensions`; more may be added. */
  readonly extensions: Record<string, unknown>;
}
