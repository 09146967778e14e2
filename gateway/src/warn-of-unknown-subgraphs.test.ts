import { describe, expect, it } from '@jest/globals';
import { silentLogger, type Logger } from '@tributary/service-kit';
import { composeFakes, startFakeSubgraph, waitFor } from '@tributary/testkit';
import { shapes, startTestGateway } from './testing/start-test-gateway.ts';

describe('a configuration that names subgraphs', () => {
  it('is told of those that the supergraph does not have, also when another one comes', async () => {
    const told: unknown[] = [];
    const logger = { ...silentLogger(), warn: (entry: unknown) => told.push(entry) } as unknown as Logger;
    const subgraph = await startFakeSubgraph('users', 'type Query { n: Int }', { Query: { n: () => 1 } });
    const gateway = await startTestGateway([subgraph], {
      logger,
      subgraphShapes: shapes(
        { subgraphs: { users: {}, user: { timeout: '1s' } } },
        { uesrs: 'http://127.0.0.1:1/' },
      ),
    });
    try {
      const warning = {
        'config.option': 'traffic_shaping or override_subgraph_url',
        'subgraph.names': ['user', 'uesrs'],
        'supergraph.subgraphs': ['users'],
      };
      expect(told).toEqual([warning]);

      const more = await startFakeSubgraph('user', 'type Query { m: Int }', {});
      await gateway.replaceSupergraph(composeFakes([subgraph, more]));
      await waitFor(() => told.length === 2);
      expect(told[1]).toEqual({
        ...warning,
        'subgraph.names': ['uesrs'],
        'supergraph.subgraphs': ['user', 'users'],
      });
      await more.close();
    } finally {
      await gateway.stop();
    }
  });
});
