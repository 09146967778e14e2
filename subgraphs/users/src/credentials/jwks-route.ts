import type { RouteHandler } from '@tributary/service-kit';
import type { AccessTokenIssuer } from './access-token-issuer.ts';

/** Serves the public keys to whoever verifies access tokens; five minutes old at most. */
export function jwksRoute({ jwks }: AccessTokenIssuer): RouteHandler {
  const body = JSON.stringify(jwks);
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    response.writeHead(200, {
      'content-type': 'application/jwk-set+json',
      'cache-control': 'public, max-age=300',
    });
    response.end(body);
  };
}
