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
export async function readJsonText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const contentType = request.headers['content-type'] ?? '';
  if (contentType !== 'application/json' && !JSON_MEDIA_TYPE.test(contentType))
    throw new UnsupportedMediaTypeError(contentType);
  const body = await readBody(request, maxBytes);
  if (!isUtf8(body)) throw new BadRequestError('The request body is not valid UTF-8.');
  return body.toString();
}

/**
 * The bytes of a body.
 *
 * @throws PayloadTooLargeError, BadRequestError (cut short).
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes)
    return Promise.reject(new PayloadTooLargeError(maxBytes));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      // What is left is not read: the response closes the connection.
      request.off('data', take).pause();
      reject(new PayloadTooLargeError(maxBytes));
    };
    request.on('data', take);
    request.on('end', () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size));
    });
    const cutShort = (): void => {
      reject(new BadRequestError('The request body ended before it was complete.'));
    };
    if (request.destroyed) cutShort();
    // Node.js destroys a request whose connection is gone with an error, as long as somebody listens.
    request.on('error', cutShort);
  });
}
