import type { RouteHandler } from '@tributary/service-kit';
import type { Sealer } from '@tributary/subgraph-kit';
import { exportPurpose } from '../domain/data-export.ts';
import type { DataExportStore } from '../store/data-export-store.ts';
import { DOWNLOAD_PATH, readDownloadLink } from './download-link.ts';

export interface DownloadRouteOptions {
  readonly dataExports: DataExportStore;
  readonly sealer: Sealer;
  readonly now: () => Date;
}

/** Gives a person the document whose link they were given; 404 for everything else. */
export function downloadRoute({ dataExports, sealer, now }: DownloadRouteOptions): RouteHandler {
  return async (request, response) => {
    if (request.method !== 'GET') {
      response.writeHead(405, { allow: 'GET' }).end();
      return;
    }
    const token = (request.url ?? '').split('?')[0]?.slice(DOWNLOAD_PATH.length) ?? '';
    const id = readDownloadLink(token, sealer, now());
    const sealed = id === undefined ? undefined : await dataExports.findDocument(id, now());
    const headers = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };
    if (id === undefined || sealed === undefined) {
      response
        .writeHead(404, { ...headers, 'content-type': 'text/plain; charset=utf-8' })
        .end('This link is not valid any more. Sign in and ask for a new one.\n');
      return;
    }
    response
      .writeHead(200, {
        ...headers,
        'content-type': 'application/json; charset=utf-8',
        'content-disposition': 'attachment; filename="my-data.json"',
        'x-content-type-options': 'nosniff',
      })
      .end(sealer.open(sealed, exportPurpose(id)));
  };
}
