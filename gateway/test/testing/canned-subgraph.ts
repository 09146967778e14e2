import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CannedRequest {
  readonly request: IncomingMessage;
  /** As it came. */
  readonly body: Buffer;
}

export interface CannedSubgraph {
  readonly url: string;
  readonly requests: CannedRequest[];
  close(): void;
}

/** Stands where a subgraph is, reads whatever comes, and answers as a test says. */
export async function startCannedSubgraph(
  answer: (response: ServerResponse, count: number) => void,
): Promise<CannedSubgraph> {
  const requests: CannedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push({ request, body: Buffer.concat(chunks) });
      response.setHeader('content-type', 'application/json');
      answer(response, requests.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
