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
    response.end(body);
    return;
  }
  compress(body, acceptEncoding, response);
}
