import type { RouteHandler } from '@tributary/service-kit';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What pages of some origins may do. */
export interface CorsPolicy {
  readonly origins: readonly string[];
  /** Patterns for whole origins. */
  readonly matchOrigins: readonly RegExp[];
  readonly allowCredentials: boolean;
  /** Empty: whatever a page asks for. */
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly methods: readonly string[];
  /** How long a browser may remember it. */
  readonly maxAgeSeconds: number;
}

export interface CorsOptions {
  /** The first that an origin is of holds for it. */
  readonly policies: readonly CorsPolicy[];
  /** For every other origin; undefined: pages of other origins may not call. */
  readonly anyOrigin: CorsPolicy | undefined;
}

/**
 * Lets pages of other origins call a route, each as its policy says.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function withCors({ policies, anyOrigin }: CorsOptions, route: RouteHandler): RouteHandler {
  const policyOf = (origin: string): CorsPolicy | undefined =>
    policies.find(
      ({ origins, matchOrigins }) =>
        origins.includes(origin) || matchOrigins.some((pattern) => pattern.test(origin)),
    ) ?? anyOrigin;
  return (request, response, url) => {
    const { origin } = request.headers;
    response.setHeader('vary', 'origin');
    const policy = origin === undefined ? undefined : policyOf(origin);
    if (origin !== undefined && policy !== undefined) {
      response.setHeader('access-control-allow-origin', origin);
      if (policy.allowCredentials) response.setHeader('access-control-allow-credentials', 'true');
      if (policy.exposeHeaders.length > 0)
        response.setHeader('access-control-expose-headers', policy.exposeHeaders.join(', '));
    }
    if (request.method !== 'OPTIONS') return route(request, response, url);
    if (policy !== undefined) answerPreflight(policy, request, response);
    response.writeHead(204).end();
    return undefined;
  };
}

function answerPreflight(
  { allowHeaders, methods, maxAgeSeconds }: CorsPolicy,
  { headers }: IncomingMessage,
  response: ServerResponse,
): void {
  const allowed =
    allowHeaders.length > 0 ? allowHeaders.join(', ') : headers['access-control-request-headers'];
  response.setHeader('access-control-allow-methods', methods.join(', '));
  if (allowed !== undefined) response.setHeader('access-control-allow-headers', allowed);
  response.setHeader('access-control-max-age', String(maxAgeSeconds));
  response.setHeader('vary', 'origin, access-control-request-headers');
  // A public page that reaches into a private network asks for this too: https://wicg.github.io/private-network-access/
  if (headers['access-control-request-private-network'] === 'true')
    response.setHeader('access-control-allow-private-network', 'true');
}
