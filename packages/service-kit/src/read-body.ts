import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { BadRequestError, PayloadTooLargeError, UnsupportedMediaTypeError } from './errors.ts';

const JSON_MEDIA_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/**
 * Reads a request's body as JSON.
 *
 * @param maxBytes Longest body read; the rest of a longer one is not buffered.
 * @throws UnsupportedMediaTypeError, PayloadTooLargeError, BadRequestError (not JSON, not UTF-8, cut short).
 */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const text = await readJsonText(request, maxBytes);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new BadRequestError('The request body is not valid JSON.');
  }
}

/**
 * The text of a body that says it is JSON.
 *
 * @throws UnsupportedMediaTypeError, PayloadTooLargeError, BadRequestError (not UTF-8, cut short).
 */
export function readJsonText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const contentType = request.headers['content-type'] ?? '';
  if (contentType !== 'application/json' && !JSON_MEDIA_TYPE.test(contentType))
    return Promise.reject(new UnsupportedMediaTypeError(contentType));
  return readWhole(request, maxBytes, utf8TextOf);
}

/**
 * The bytes of a body.
 *
 * @throws PayloadTooLargeError, BadRequestError (cut short).
 */
export const readBody = (request: IncomingMessage, maxBytes: number): Promise<Buffer> =>
  readWhole(request, maxBytes, (bytes) => bytes);

/** @param read Makes of the bytes what is wanted. */
function readWhole<T>(request: IncomingMessage, maxBytes: number, read: (bytes: Buffer) => T): Promise<T> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes)
    return Promise.reject(new PayloadTooLargeError(maxBytes));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer): boolean => {
      size += chunk.length;
      if (size > maxBytes) {
        // What is left is not read: the response closes the connection.
        reject(new PayloadTooLargeError(maxBytes));
        return false;
      }
      chunks.push(chunk);
      return true;
    };
    const end = (): void => {
      if (size > maxBytes) return;
      const [only] = chunks;
      try {
        resolve(read(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size)));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    // Node.js destroys a request whose connection is gone with an error, as long as somebody listens.
    const cutShort = (): void => {
      reject(new BadRequestError('The request body ended before it was complete.'));
    };
    if (request.destroyed) cutShort();
    request.on('error', cutShort);
    if (request.readableLength === 0 && !request.complete) takeOver(request, take, end);
    else
      request
        .on('data', (chunk: Buffer) => {
          if (!take(chunk)) request.pause();
        })
        .on('end', end);
  });
}

function utf8TextOf(body: Buffer): string {
  if (!isUtf8(body)) throw new BadRequestError('The request body is not valid UTF-8.');
  return body.toString();
}

/**
 * Takes what the parser pushes into a request's stream before the stream sees it. A stream queues it, tells of it a turn later, of
 * its end another turn later, and destroys itself in a third: an eighth of what node:http does for a small request.
 *
 * @param take Tells whether there may be more.
 */
function takeOver(request: IncomingMessage, take: (chunk: Buffer) => boolean, end: () => void): void {
  // Somebody reads it, or Node.js would have it read to its end with the response.
  request.read(0);
  request.push = (chunk: Buffer | null) => {
    if (chunk !== null) return take(chunk);
    // The connection has this request until its next one: it shall not keep the body.
    request.push = takeNothing;
    end();
    return false;
  };
}

const takeNothing = (): boolean => false;
