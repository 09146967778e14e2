/**
 * As much of HTTP/1.1 as gateways speak to subgraphs, straight on the socket: node:http costs more per request
 * than all that these subgraphs do. Bodies come with a length or in chunks; no trailers, no upgrade.
 */
import { createServer, type Server, type Socket } from 'node:net';

/** The whole response for a request, now or later. The body is latin1. */
export type Respond = (path: string, body: string, write: (response: Buffer) => void) => void;

interface Request {
  readonly path: string;
  readonly body: string;
  readonly close: boolean;
  /** Bytes that the request takes. */
  readonly length: number;
}

const HEAD_END = '\r\n\r\n';

export function createHttpServer(respond: Respond): Server {
  return createServer({ noDelay: true }, (socket) => {
    let rest: Buffer | undefined;
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      let buffer = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
      for (let request = read(buffer); request !== undefined; request = read(buffer)) {
        buffer = buffer.subarray(request.length);
        answer(socket, request, respond);
      }
      rest = buffer.length === 0 ? undefined : buffer;
    });
  });
}

function answer(socket: Socket, { path, body, close }: Request, respond: Respond): void {
  respond(path, body, (response) => {
    if (socket.destroyed) return;
    if (close) socket.end(response);
    else socket.write(response);
  });
}

/** The first request in the bytes; undefined until all of it is there. */
function read(buffer: Buffer): Request | undefined {
  const headLength = buffer.indexOf(HEAD_END);
  if (headLength === -1) return undefined;
  const head = buffer.toString('latin1', 0, headLength);
  const start = headLength + HEAD_END.length;
  const pathStart = head.indexOf(' ') + 1;
  const shared = {
    path: head.slice(pathStart, head.indexOf(' ', pathStart)),
    close: /\r\nconnection: *close/i.test(head),
  };
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
    const chunked = readChunks(buffer, start);
    return chunked && { ...shared, body: chunked.body, length: chunked.end };
  }
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  if (buffer.length < start + length) return undefined;
  return { ...shared, body: buffer.toString('latin1', start, start + length), length: start + length };
}

function readChunks(
  buffer: Buffer,
  start: number,
): { readonly body: string; readonly end: number } | undefined {
  let body = '';
  for (let position = start; ;) {
    const lineEnd = buffer.indexOf('\r\n', position);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(buffer.toString('latin1', position, lineEnd), 16);
    const chunkStart = lineEnd + 2;
    const next = chunkStart + size + 2;
    if (buffer.length < next) return undefined;
    if (size === 0) return { body, end: next };
    body += buffer.toString('latin1', chunkStart, chunkStart + size);
    position = next;
  }
}
