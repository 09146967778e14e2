import type { IncomingMessage, ServerResponse } from 'node:http';
import { statusFor, type Answer } from '../pipeline/answer.ts';
import { compress } from './compress.ts';
import { RESPONSE_MEDIA_TYPE } from './response-media-type.ts';

/** Below this, compressing costs more than it saves: one packet stays one packet. */
const WORTH_COMPRESSING_CHARACTERS = 4_096;

export function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  mediaType: string,
  answer: Answer,
): void {
  const { body } = answer;
  response.statusCode = statusFor(answer, mediaType.startsWith(RESPONSE_MEDIA_TYPE));
  response.setHeader('content-type', mediaType);
  response.setHeader('cache-control', 'no-store');
  const acceptEncoding = request.headers['accept-encoding'];
  if (acceptEncoding === undefined || body.length < WORTH_COMPRESSING_CHARACTERS) {
    send(response, body);
    return;
  }
  compress(body, acceptEncoding, response);
}

/** Encoded once, and its length with it: a long text would be walked through several times on its way out. */
function send(response: ServerResponse, body: string): void {
  if (body.length < LONG_CHARACTERS) {
    response.end(body);
    return;
  }
  const bytes = Buffer.from(body);
  response.setHeader('content-length', bytes.length);
  response.end(bytes);
}

const LONG_CHARACTERS = 2_048;
