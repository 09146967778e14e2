import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startFakeSubgraph, waitFor } from '@tributary/testkit';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { shapes, startTestGateway, type TestGateway } from '../../src/testing/start-test-gateway.ts';

describe('a mutation whose client has gone', () => {
  let server: Server;
  let gateway: TestGateway;
  let isAsked: boolean;
  let outcome: Promise<'answered' | 'cut off'>;

  beforeEach(async () => {
    isAsked = false;
    let tell: (what: Awaited<typeof outcome>) => void;
    outcome = new Promise((resolve) => (tell = resolve));
    server = createServer((request, response) => {
      response.once('close', () => {
        tell(response.writableFinished ? 'answered' : 'cut off');
      });
      request.resume().once('end', () => {
        isAsked = true;
        setTimeout(() => {
          response.setHeader('content-type', 'application/json').end('{"data":{"set":1}}');
        }, 300);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
    gateway = await startTestGateway(
      [await startFakeSubgraph('a', 'type Query { a: Int } type Mutation { set: Int }', {})],
      { subgraphShapes: shapes({}, { a: url }) },
    );
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const leave = async (): Promise<void> => {
    const client = new AbortController();
    const asking = fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"mutation { set }"}',
      signal: client.signal,
    }).catch(() => undefined);
    await waitFor(() => isAsked);
    client.abort();
    await asking;
  };

  it('is finished before the gateway stops', async () => {
    await leave();
    await gateway.stop();

    expect(await outcome).toBe('answered');
  });

  it('is finished before a configuration is released', async () => {
    await leave();
    await gateway.reload({});

    expect(await outcome).toBe('answered');
    await gateway.stop();
  });
});
