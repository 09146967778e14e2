import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { startFakeSubgraph } from '@tributary/testkit';
import { startTestGateway } from '../../src/testing/start-test-gateway.ts';

/** What `npm start` and anybody who uses a registry of their own has in the environment. */
const ENVIRONMENT = { APOLLO_KEY: 'service:private:its-key', APOLLO_GRAPH_REF: 'private@current' };

describe('a key in the environment', () => {
  afterEach(() => {
    jest.restoreAllMocks();
    for (const name of Object.keys(ENVIRONMENT)) Reflect.deleteProperty(process.env, name);
  });

  it('is sent to nobody by either door: reports are the business of telemetry.apollo alone', async () => {
    Object.assign(process.env, ENVIRONMENT);
    const ask = globalThis.fetch;
    const hosts: string[] = [];
    jest.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
      const { hostname } = new URL(input instanceof Request ? input.url : input);
      hosts.push(hostname);
      return hostname === '127.0.0.1' ? ask(input, init) : Promise.reject(new Error('no way out'));
    });
    const subgraph = await startFakeSubgraph('a', 'type Query { n: Int }', { Query: { n: () => 1 } });
    const gateway = await startTestGateway([subgraph]);
    const answer = await fetch(`${gateway.url}/graphql?query={n}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(await answer.json()).toEqual({ data: { n: 1 } });
    expect(await gateway.query('{ n }')).toMatchObject({ data: { n: 1 } });

    // Apollo Server's own reporter sends what it has when it is stopped.
    await gateway.stop();
    expect([...new Set(hosts)]).toEqual(['127.0.0.1']);
  });
});
