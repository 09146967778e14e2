import { ClientError, errorBody, sendJson, type RouteHandler } from '@tributary/service-kit';
import type { MediaStore } from './store/media-store.ts';

/** Nothing is at this address. */
export class PictureNotFoundError extends ClientError {
  readonly code = 'NOT_FOUND';
  readonly status = 404;
  constructor() {
    super('There is no such picture.');
  }
}

const PATH = /^\/media\/([0-9a-f]{64})\.svg$/;

/**
 * Pictures by the hash of their content: what an address shows can never change, so it is cached for good.
 * An SVG opened by itself is a document, so the policy forbids it scripts and everything from elsewhere.
 */
export function mediaRoute(media: MediaStore): RouteHandler {
  return async (request, response, url) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      sendJson(response, 405, errorBody('BAD_REQUEST', 'Pictures can only be read: use GET or HEAD.'));
      return;
    }
    const id = PATH.exec(url.pathname)?.[1];
    const picture = id === undefined ? null : await media.picture(id);
    if (id === undefined || picture === null) throw new PictureNotFoundError();
    const etag = `"${id}"`;
    const headers = {
      etag,
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    };
    if (matches(request.headers['if-none-match'], etag)) {
      response.writeHead(304, headers).end();
      return;
    }
    response.writeHead(200, {
      ...headers,
      'content-type': picture.contentType,
      'content-length': picture.content.byteLength,
    });
    response.end(request.method === 'HEAD' ? undefined : picture.content);
  };
}

/** RFC 9110, section 13.1.2: weak comparison, a list, or any. */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
