import type { IncomingMessage, ServerResponse } from 'node:http';
import { statusFor, type Answer } from '../pipeline/answer.ts';
import { compress } from './compress.ts';
import { isGraphqlResponse } from './response-media-type.ts';
import { withVary } from './vary.ts';

/** Below this, compressing costs more than it saves: one packet stays one packet. */
const WORTH_COMPRESSING_CHARACTERS = 4_096;
/** From here a text is encoded once, and its length with it: it would be walked through several times on its way out. */
const LONG_CHARACTERS = 2_048;
/** Node.js writes shorter ones to a socket with what goes before them, without a buffer. */
const LONGER_CHARACTERS = 15_000;

export function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  mediaType: string,
  answer: Answer,
): void {
  response.statusCode = statusFor(answer, isGraphqlResponse(mediaType));
  response.setHeader('content-type', mediaType);
  response.setHeader('cache-control', 'no-store');
  for (const name in answer.headers) {
    const value = answer.headers[name] ?? '';
    response.setHeader(name, name === 'vary' ? withVary(response, String(value)) : value);
  }
  sendBody(request, response, answer.body, answer.isAscii);
}

/**
 * Sends a body, compressed when it is worth it and the client takes it.
 *
 * @param isAscii Whether it is known that all of it is.
 */
export function sendBody(
  request: IncomingMessage,
  response: ServerResponse,
  body: string | Buffer,
  isAscii = false,
): void {
  const acceptEncoding = request.headers['accept-encoding'];
  if (acceptEncoding !== undefined && body.length >= WORTH_COMPRESSING_CHARACTERS) {
    response.removeHeader('content-length');
    compress(body, acceptEncoding, response);
  } else if (isAscii && typeof body === 'string' && body.length < LONGER_CHARACTERS)
    response.end(body, 'latin1');
  else if (body.length < LONG_CHARACTERS) response.end(body);
  else {
    const bytes = typeof body === 'string' ? Buffer.from(body, isAscii ? 'latin1' : 'utf8') : body;
    response.setHeader('content-length', bytes.length);
    response.end(bytes);
  }
}
