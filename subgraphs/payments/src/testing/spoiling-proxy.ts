import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of an answer, after its effect: 500, no JSON, half of it, JSON of something else, or nothing ever. */
export const SPOILINGS = ['500', 'html', 'half', 'other', 'never'] as const;
export type Spoiling = (typeof SPOILINGS)[number];

export interface SpoilingProxy {
  readonly url: string;
  /** Spoils the answers of the next POSTs, one each. */
  spoil(...spoilings: readonly Spoiling[]): void;
  stop(): Promise<void>;
}

/** Stands before a provider. */
export async function startSpoilingProxy(target: string): Promise<SpoilingProxy> {
  const waiting: Spoiling[] = [];
  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { authorization = '', 'idempotency-key': key, 'content-type': type } = request.headers;
    const method = request.method ?? 'GET';
    const answer = await fetch(`${target}${request.url ?? ''}`, {
      method,
      headers: {
        authorization,
        ...(typeof key === 'string' ? { 'idempotency-key': key } : {}),
        ...(type === undefined ? {} : { 'content-type': type }),
      },
      ...(method === 'POST' ? { body: Buffer.concat(chunks).toString() } : {}),
    });
    const body = await answer.text();
    const json = { 'content-type': 'application/json' };
    switch (method === 'POST' ? waiting.shift() : undefined) {
      case undefined:
        response.writeHead(answer.status, json).end(body);
        return;
      case '500':
        response.writeHead(500, json).end('{"error":{"type":"api_error","message":"oops"}}');
        return;
      case 'html':
        response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Maintenance</h1>');
        return;
      case 'half':
        response.writeHead(200, json).end(body.slice(0, body.length / 2));
        return;
      case 'other':
        response.writeHead(200, json).end('{"id":7,"status":["succeeded"]}');
        return;
      case 'never':
        return;
    }
  };
  const server = createServer((request, response) => {
    forward(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spoil: (...spoilings) => {
      waiting.push(...spoilings);
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
