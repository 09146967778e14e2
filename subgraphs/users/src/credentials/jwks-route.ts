import type { RouteHandler } from '@tributary/service-kit';
import type { KeyRing } from './key-ring.ts';

/** Serves the public keys to whoever verifies access tokens; five minutes old at most. */
export function jwksRoute(keys: KeyRing, now: () => Date): RouteHandler {
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    response.writeHead(200, {
      'content-type': 'application/jwk-set+json',
      'cache-control': 'public, max-age=300',
    });
    response.end(JSON.stringify(keys.jwks(now())));
  };
}
