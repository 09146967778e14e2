import { errorBody, sendJson, type RouteHandler } from '@tributary/service-kit';
import type { Admission } from '../access/admission.ts';
import type { PersistedOperationStore } from '../persisted-operations/persisted-operation-store.ts';

export const MANIFESTS_PATH = '/persisted-operations/';

const HASH = /^[0-9a-f]{64}$/;

/**
 * GET /persisted-operations/HASH: a manifest, without a key, for routers send none. The hash is one: only Uplink, which
 * asks for a key, and the manifest itself tell it.
 */
export function manifestRoute(persisted: PersistedOperationStore, admission: Admission): RouteHandler {
  return async (request, response, url) => {
    admission.anybody(request);
    const hash = url.pathname.slice(MANIFESTS_PATH.length);
    const text = HASH.test(hash) ? await persisted.manifest(hash) : undefined;
    if (text === undefined) {
      sendJson(response, 404, errorBody('NOT_FOUND', 'There is no such list of persisted operations.'));
      return;
    }
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'private, max-age=31536000, immutable',
    });
    response.end(text);
  };
}
