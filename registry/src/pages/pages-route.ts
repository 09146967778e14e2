import { errorBody, ForbiddenError, sendJson, type RouteHandler } from '@tributary/service-kit';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KeyStore } from '../access/key-store.ts';
import { assertMay } from '../access/viewer.ts';
import type { CheckStore } from '../checks/check-store.ts';
import { parseGraphRef, type GraphRef } from '../graphs/graph-ref.ts';
import type { GraphStore } from '../graphs/graph-store.ts';
import { checkPage } from './check-page.ts';
import { launchPage } from './launch-page.ts';
import { CONTENT_SECURITY_POLICY } from './layout.ts';

export const PAGES_PATH = '/graphs/';

export interface PagesOptions {
  readonly graphs: GraphStore;
  readonly checks: CheckStore;
  readonly keys: KeyStore;
}

interface Found {
  readonly page: string;
  readonly json: unknown;
}

const TARGET = /^\/graphs\/([^/]+)\/(checks|launches)\/(\d{1,9})$/;

/**
 * GET /graphs/GRAPH@VARIANT/checks/ID and .../launches/NUMBER, where rover's output leads to: a page, or JSON for who
 * accepts only that. A browser asks for the API key by itself, as a password without a user name.
 */
export function pagesRoute({ graphs, checks, keys }: PagesOptions): RouteHandler {
  const find = async (ref: GraphRef, kind: string, id: string): Promise<Found | undefined> => {
    if (kind === 'checks') {
      const check = await checks.find(ref.graphId, id);
      return check?.variant === ref.variant ? { page: checkPage(check), json: check } : undefined;
    }
    const launch = await graphs.launch(ref, Number(id));
    return launch && { page: launchPage(ref, launch), json: launch };
  };
  return async (request, response, url) => {
    const [, text = '', kind = '', id = ''] = TARGET.exec(decode(url.pathname)) ?? [];
    const key = keyOf(request);
    const viewer = key === undefined ? undefined : await keys.find(key);
    if (viewer === undefined) {
      response.setHeader(
        'www-authenticate',
        'Basic realm="Registry: an API key as the password", charset="UTF-8"',
      );
      sendJson(
        response,
        401,
        errorBody('UNAUTHENTICATED', 'Send an API key, as x-api-key or as a password.'),
      );
      return;
    }
    const ref = parseGraphRef(text);
    const found = ref !== undefined && mayRead(viewer, ref) ? await find(ref, kind, id) : undefined;
    if (found === undefined) {
      sendJson(response, 404, errorBody('NOT_FOUND', `There is nothing at ${url.pathname}.`));
      return;
    }
    send(request, response, found);
  };
}

function mayRead(viewer: Parameters<typeof assertMay>[0], ref: GraphRef): boolean {
  try {
    assertMay(viewer, 'read', ref);
    return true;
  } catch (error) {
    if (error instanceof ForbiddenError) return false;
    throw error;
  }
}

function send(request: IncomingMessage, response: ServerResponse, { page, json }: Found): void {
  if (!(request.headers.accept ?? '').includes('text/html')) {
    sendJson(response, 200, json);
    return;
  }
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
  });
  response.end(page);
}

function keyOf({ headers }: IncomingMessage): string | undefined {
  const { 'x-api-key': key, authorization = '' } = headers;
  if (typeof key === 'string') return key;
  const [, encoded] = /^Basic (\S+)$/i.exec(authorization) ?? [];
  if (encoded === undefined) return undefined;
  const credentials = Buffer.from(encoded, 'base64').toString('utf8');
  return credentials.slice(credentials.indexOf(':') + 1);
}

function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return '';
  }
}
