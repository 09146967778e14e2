import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

interface UplinkVariables {
  readonly ref: string;
  readonly apiKey: string;
  readonly ifAfterId: string | null;
}

/** Serves a supergraph as a web server does (GET /supergraph) and as a registry does (POST /uplink). */
export interface TestRegistry {
  readonly url: string;
  readonly requests: { readonly headers: IncomingHttpHeaders; readonly variables?: UplinkVariables }[];
  /** Undefined: every request fails with HTTP 500. */
  serve(sdl: string | undefined): void;
  close(): Promise<void>;
}

export const KEY = 'service:shop:secret';

export async function startTestRegistry(first: string): Promise<TestRegistry> {
  let [sdl, version]: [string | undefined, number] = [first, 1];
  const requests: TestRegistry['requests'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { headers } = request;
      const id = `launch-${version}`;
      if (request.method === 'GET') requests.push({ headers });
      if (sdl === undefined) response.writeHead(500).end();
      else if (request.method === 'GET') {
        if (headers['if-none-match'] === id) response.writeHead(304).end();
        else response.writeHead(200, { etag: id }).end(sdl);
      } else {
        const { variables } = JSON.parse(Buffer.concat(chunks).toString()) as { variables: UplinkVariables };
        requests.push({ headers, variables });
        const routerConfig =
          variables.apiKey !== KEY
            ? { __typename: 'FetchError', code: 'ACCESS_DENIED', message: 'no access to this graph' }
            : variables.ifAfterId === id
              ? { __typename: 'Unchanged', id, minDelaySeconds: 0 }
              : { __typename: 'RouterConfigResult', id, supergraphSdl: sdl, minDelaySeconds: 0 };
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ data: { routerConfig } }));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    serve: (next) => {
      if (next !== undefined && next !== sdl) version += 1;
      sdl = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
