/**
 * All subgraphs in one process: /accounts, /inventory, /products and /reviews.
 * GET /fault/KIND makes them all fail in one way from now on: see FAULTS. GET /requests tells how many requests each has had. /v1/traces takes traces, for gateways that send them.
 *
 * Usage: node --import tsx bench/subgraphs/main.ts --port N [--delay MILLISECONDS]
 */
import { parseArgs } from 'node:util';
import { createAnswerCache } from './answer-cache.ts';
import { createSubgraph } from './create-subgraph.ts';
import { createHttpServer } from './http-server.ts';
import { createShop, SUBGRAPHS } from './shop.ts';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, delay: { type: 'string', default: '0' } },
});
const delayMs = Number(values.delay);

const shop = createShop();
const subgraphs = new Map(
  SUBGRAPHS.map((name) => {
    const answer = createSubgraph(name, shop);
    const respond = createAnswerCache((body) => httpResponse('200 OK', answer(body)));
    return [`/${name}`, { name, respond, requests: 0 }];
  }),
);
const requests = (): Readonly<Record<string, number>> =>
  Object.fromEntries([...subgraphs.values()].map((subgraph) => [subgraph.name, subgraph.requests]));

const FAULT_DELAY_MS = 10_000;

/** What becomes of a request while a fault lasts. */
const FAULTS: Readonly<Record<string, (answer: () => Buffer, write: (response: Buffer) => void) => void>> = {
  none: (answer, write) => {
    write(answer());
  },
  delay: (answer, write) => {
    setTimeout(() => {
      write(answer());
    }, FAULT_DELAY_MS);
  },
  error: (_answer, write) => {
    write(Buffer.from(httpResponse('500 Internal Server Error', '{"error":"out of order"}')));
  },
  garbage: (_answer, write) => {
    write(Buffer.from(httpResponse('200 OK', '<html>{"data":')));
  },
};
let fault = FAULTS['none'];

const server = createHttpServer((path, body, write) => {
  if (path.startsWith('/fault/')) {
    fault = FAULTS[path.slice('/fault/'.length)];
    write(Buffer.from(httpResponse('200 OK', '{}')));
    return;
  }
  const subgraph = subgraphs.get(path);
  if (path === '/v1/traces') {
    write(
      Buffer.from('HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n'),
    );
    return;
  }
  if (subgraph === undefined) {
    write(
      Buffer.from(
        path === '/requests'
          ? httpResponse('200 OK', JSON.stringify(requests()))
          : httpResponse(
              '404 Not Found',
              JSON.stringify({ errors: [{ message: `no subgraph at ${path}` }] }),
            ),
      ),
    );
    return;
  }
  subgraph.requests += 1;
  if (fault !== FAULTS['none']) fault?.(() => subgraph.respond(body), write);
  else if (delayMs === 0) write(subgraph.respond(body));
  else {
    setTimeout(() => {
      write(subgraph.respond(body));
    }, delayMs);
  }
});
server.listen(Number(values.port), '127.0.0.1');

function httpResponse(status: string, json: string): string {
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`;
}
