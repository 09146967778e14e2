import { sendJson, errorBody, type RouteHandler } from '@tributary/service-kit';
import type { IncomingMessage } from 'node:http';
import type { Admission } from '../access/admission.ts';
import { assertMay } from '../access/viewer.ts';
import { formatGraphRef, parseGraphRef } from '../graphs/graph-ref.ts';
import type { GraphStore } from '../graphs/graph-store.ts';
import { idOfLaunch } from './id-of-launch.ts';

export const SUPERGRAPH_PATH = '/supergraph/';

/** GET /supergraph/GRAPH@VARIANT: the supergraph as text, for whatever can follow a URL. */
export function supergraphRoute({
  graphs,
  admission,
}: {
  graphs: GraphStore;
  admission: Admission;
}): RouteHandler {
  return async (request, response, url) => {
    const ref = parseGraphRef(url.pathname.slice(SUPERGRAPH_PATH.length).replace('%40', '@'));
    const viewer = await admission.byKey(request, keyOf(request));
    assertMay(viewer, 'read', ref ?? { graphId: '' });
    const version = ref === undefined ? undefined : await graphs.servedVersion(ref);
    const etag = version === undefined ? undefined : `"${idOfLaunch(version)}"`;
    if (etag !== undefined && request.headers['if-none-match'] === etag) {
      response.writeHead(304, { etag }).end();
      return;
    }
    const served = ref === undefined ? undefined : await graphs.served(ref);
    if (served === undefined || ref === undefined) {
      const name = ref === undefined ? 'That' : formatGraphRef(ref);
      sendJson(
        response,
        404,
        errorBody('NOT_FOUND', `${name} has no supergraph: nothing that composes was published.`),
      );
      return;
    }
    response.writeHead(200, {
      'content-type': 'application/graphql; charset=utf-8',
      'cache-control': 'private, no-cache',
      etag: `"${idOfLaunch(served)}"`,
    });
    response.end(served.supergraphSdl);
  };
}

function keyOf({ headers }: IncomingMessage): string | undefined {
  const { 'x-api-key': key, authorization } = headers;
  return typeof key === 'string' ? key : /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
}
