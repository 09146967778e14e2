import { describe, expect, it } from '@jest/globals';
import { readJsonBody, sendJson, startHttpServer, silentLogger } from '@tributary/service-kit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishContracts } from '../scripts/system/publish-contracts.ts';

const ROVER = `federation_version: =2.14.4
subgraphs:
  users:
    routing_url: http://127.0.0.1:4001/graphql
    schema: { file: ./a.graphql }
  shipping:
    routing_url: http://127.0.0.1:4005/graphql
    schema: { file: ./a.graphql }
`;

describe('the contracts that npm start publishes', () => {
  it('are at the addresses of its processes, those of other subgraphs where rover.yaml says', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'publish-contracts-'));
    await writeFile(join(folder, 'a.graphql'), 'type Query { a: Int }');
    await writeFile(join(folder, 'rover.yaml'), ROVER);
    let sent: unknown;
    const registry = await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      routes: {
        '/graphql': async (request, response) => {
          sent = await readJsonBody(request, 1_000_000);
          sendJson(response, 200, { data: { graph: { publishSubgraphs: { errors: [] } } } });
        },
      },
      readiness: [],
      logger: silentLogger(),
    });

    const urls = { registry: registry.url, users: 'http://127.0.0.1:24001' };
    await publishContracts(urls, 'key', join(folder, 'rover.yaml'));
    await registry.close();
    await rm(folder, { recursive: true });

    expect(sent).toMatchObject({
      variables: {
        subgraphs: [
          { subgraph: 'users', url: 'http://127.0.0.1:24001/graphql' },
          { subgraph: 'shipping', url: 'http://127.0.0.1:4005/graphql' },
        ],
      },
    });
  });
});
