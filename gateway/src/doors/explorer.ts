import { errorBody, sendJson, type RouteHandler, type Routes } from '@tributary/service-kit';
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** Everything comes from here; Monaco styles itself inline and embeds its icon font. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "worker-src 'self' blob:",
  "frame-ancestors 'none'",
].join('; ');

export interface ExplorerOptions {
  /** What scripts/build-explorer.ts made. */
  readonly folder: string;
  /** One `.graphql` file per tab, in name order; a `.json` file of the same name holds its variables. */
  readonly operationsFolder: string | undefined;
}

/** The offline explorer at `/`, with its files below `/explorer/`. */
export async function explorerRoutes({ folder, operationsFolder }: ExplorerOptions): Promise<Routes> {
  const files = new Map<string, { readonly body: Buffer; readonly etag: string }>();
  for (const name of await readdir(folder).catch(() => [])) {
    if (CONTENT_TYPES[extname(name)] === undefined) continue;
    const body = await readFile(join(folder, name));
    files.set(name, { body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` });
  }
  const send =
    (nameOf: (pathname: string) => string): RouteHandler =>
    (request, response, { pathname }) => {
      const name = nameOf(pathname);
      const file = files.get(name);
      if (file === undefined) {
        const message =
          name === 'index.html'
            ? 'The explorer is not built: npm run build:explorer'
            : `There is nothing at ${pathname}.`;
        sendJson(response, 404, errorBody('NOT_FOUND', message));
        return;
      }
      response.setHeader('etag', file.etag);
      response.setHeader('cache-control', 'no-cache');
      response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
      response.setHeader('x-content-type-options', 'nosniff');
      if (request.headers['if-none-match'] === file.etag) {
        response.writeHead(304).end();
        return;
      }
      response.setHeader('content-type', CONTENT_TYPES[extname(name)] ?? '');
      response.end(file.body);
    };
  return {
    '/': send(() => 'index.html'),
    '/explorer/': send((pathname) => basename(pathname)),
    '/explorer/config.json': async (_request, response) => {
      sendJson(response, 200, { operations: await readOperations(operationsFolder) });
    },
  };
}

async function readOperations(
  folder: string | undefined,
): Promise<readonly { query: string; variables?: string }[]> {
  if (folder === undefined) return [];
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.graphql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const query = await readFile(join(folder, name), 'utf8');
      const variables = await readFile(join(folder, name.replace(/\.graphql$/, '.json')), 'utf8').catch(
        () => undefined,
      );
      return variables === undefined ? { query } : { query, variables };
    }),
  );
}
