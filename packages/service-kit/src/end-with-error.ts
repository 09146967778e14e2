import type { Duplex } from 'node:stream';
import { errorBody } from './error-body.ts';

/** Answers on a bare connection, where Node has no response object, and ends it. */
export function endWithError(socket: Duplex, status: string, code: string, message: string): void {
  // Nothing else times out a client that never closes its side.
  socket.once('finish', () => socket.destroy());
  const body = JSON.stringify(errorBody(code, message));
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
