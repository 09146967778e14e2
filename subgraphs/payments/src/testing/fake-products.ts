/**
 * A products service for tests: the real contract over real HTTP with the real token check, stock in memory.
 * It can be down, slow, lose answers after their effect, and end holds.
 */
import { silentLogger, type RouteHandler, type Trust } from '@tributary/service-kit';
import { createSubgraph, requireScope, scalars, type SubgraphContext } from '@tributary/subgraph-kit';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFakeStock, type FakeStock } from './fake-stock.ts';

export interface FakeProducts {
  /** GraphQL endpoint. */
  readonly url: string;
  readonly stock: FakeStock;
  /** Requests that reached it, also those it did not answer. */
  readonly requests: number;
  /** Closes every connection without a word. */
  setDown(down: boolean): void;
  /** Lets this many effects happen without an answer. */
  loseAnswers(count: number): void;
  /** Holds every answer back until the function it returns is called. */
  hold(): () => void;
  stop(): Promise<void>;
}

export async function startFakeProducts(trust: Trust): Promise<FakeProducts> {
  const stock = createFakeStock();
  const subgraph = await createSubgraph<SubgraphContext>({
    name: 'products',
    typeDefs: await readFile(new URL('../../../../schema/products.graphql', import.meta.url), 'utf8'),
    resolvers: createResolvers(stock),
    createContext: (viewer) => ({ viewer }),
    trust,
    logger: silentLogger(),
    introspection: false,
  });
  let down = false;
  let answersToLose = 0;
  let requests = 0;
  let gate: Promise<void> | undefined;
  const server = createServer((request, response) => {
    requests += 1;
    if (down) {
      request.socket.destroy();
      return;
    }
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (answersToLose > 0) {
      answersToLose -= 1;
      response.end = (() => {
        request.socket.destroy();
        return response;
      }) as typeof response.end;
    }
    await gate;
    await handle(subgraph.route, request, response);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    stock,
    get requests() {
      return requests;
    },
    setDown: (value) => {
      down = value;
    },
    loseAnswers: (count) => {
      answersToLose = count;
    },
    hold: () => {
      let open: () => void = () => undefined;
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return () => {
        gate = undefined;
        open();
      };
    },
    stop: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await subgraph.stop();
    },
  };
}

async function handle(
  route: RouteHandler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await route(request, response, new URL('http://products/graphql'));
  } catch {
    request.socket.destroy();
  }
}

function createResolvers(stock: FakeStock) {
  const guarded =
    <A>(resolve: (args: A) => unknown) =>
    (_: unknown, args: A, { viewer }: SubgraphContext): unknown => {
      requireScope(viewer, 'inventory:reserve');
      return resolve(args);
    };
  type ById = { readonly id: string };
  return {
    ...scalars,
    Mutation: {
      inventoryReservationCreate: guarded((args: { input: Parameters<FakeStock['reserve']>[0] }) =>
        stock.reserve(args.input),
      ),
      inventoryReservationCommit: guarded(({ id }: ById) => stock.commit(id)),
      inventoryReservationRelease: guarded(({ id }: ById) => stock.release(id)),
      inventoryReservationRestock: guarded(({ id }: ById) => stock.restock(id)),
    },
  };
}
