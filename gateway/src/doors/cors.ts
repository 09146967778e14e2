import type { RouteHandler } from '@tributary/service-kit';

const ALLOWED_HEADERS =
  'content-type, authorization, apollo-require-preflight, apollographql-client-name, apollographql-client-version';

/**
 * Lets pages of the given origins call a route.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function withCors(origins: readonly string[], route: RouteHandler): RouteHandler {
  return (request, response, url) => {
    const { origin } = request.headers;
    response.setHeader('vary', 'origin');
    const allowed = origin !== undefined && origins.includes(origin);
    if (allowed) response.setHeader('access-control-allow-origin', origin);
    if (request.method !== 'OPTIONS') return route(request, response, url);
    if (allowed) {
      response.setHeader('access-control-allow-methods', 'GET, POST');
      response.setHeader('access-control-allow-headers', ALLOWED_HEADERS);
      response.setHeader('access-control-max-age', '7200');
      // A public page that reaches into a private network asks for this too: https://wicg.github.io/private-network-access/
      if (request.headers['access-control-request-private-network'] === 'true') {
        response.setHeader('access-control-allow-private-network', 'true');
      }
    }
    response.writeHead(204).end();
    return undefined;
  };
}
