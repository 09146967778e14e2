import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { federate, type Federation } from '../../src/testing/federate.ts';

describe('GraphQL over HTTP', () => {
  let graph: Federation<'a'>;
  let url = '';

  beforeAll(async () => {
    graph = await federate({ a: { sdl: 'type Query { n: Int }', resolvers: { Query: { n: () => 1 } } } });
    url = `${graph.gateway.url}/graphql`;
  });

  afterAll(() => graph.stop());

  // The names of the audits do not depend on where the server is.
  it.each(serverAudits({ url: 'http://unknown' }).map(({ id, name }) => [id, name]))('%s: %s', async (id) => {
    const audit = serverAudits({ url }).find((each) => each.id === id);

    const result = await audit?.fn();

    expect(result).toMatchObject({ status: expect.stringMatching(/^(ok|notice)$/) });
  });
});
