import { errorBody, sendJson, type RouteHandler } from '@tributary/service-kit';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

export const ASSETS_PATH = '/assets/';
export const stylePath = `${ASSETS_PATH}console.css`;
export const scriptPath = `${ASSETS_PATH}console.js`;

const TYPES: Readonly<Record<string, string>> = {
  [stylePath]: 'text/css; charset=utf-8',
  [scriptPath]: 'text/javascript; charset=utf-8',
};

/** The console's style sheet and script. Everybody may have them; a browser asks each time whether they are new. */
export async function assetsRoute(): Promise<RouteHandler> {
  const files = new Map(
    await Promise.all(
      Object.entries(TYPES).map(async ([path, type]) => {
        const body = await readFile(new URL(`.${path}`, import.meta.url));
        const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
        return [path, { body, type, etag }] as const;
      }),
    ),
  );
  return (request, response, { pathname }) => {
    const file = files.get(pathname);
    if (file === undefined) {
      sendJson(response, 404, errorBody('NOT_FOUND', `There is nothing at ${pathname}.`));
      return;
    }
    const { body, type, etag } = file;
    const headers = { etag, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' };
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, headers).end();
      return;
    }
    response.writeHead(200, { ...headers, 'content-type': type });
    response.end(body);
  };
}
