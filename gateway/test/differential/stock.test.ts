import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { composeFakes } from '@tributary/testkit';
import fc from 'fast-check';
import type { GraphQLSchema } from 'graphql';
import { silentLogger } from '@tributary/service-kit';
import { federate, type Federation } from '../../src/testing/federate.ts';
import { generateOperation } from './generate-operation.ts';
import { SUBGRAPHS } from './shop.ts';
import { apiSchemaOf } from './testing/api-schema-of.ts';

const RUNS = 100;

describe("a graph that moves here from Apollo's gateway", () => {
  let graph: Federation<keyof typeof SUBGRAPHS>;
  let schema: GraphQLSchema;
  let stock: ApolloServer;

  beforeAll(async () => {
    graph = await federate(SUBGRAPHS);
    const supergraphSdl = composeFakes(Object.values(graph.subgraphs));
    schema = await apiSchemaOf(graph);
    stock = new ApolloServer({
      gateway: new ApolloGateway({ supergraphSdl, logger: silentLogger() }),
      logger: silentLogger(),
    });
    await stock.start();
  });

  afterAll(async () => {
    await stock.stop();
    await graph.stop();
  });

  it('gets the same data, errors in the same cases, and asks the subgraphs no more often', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(63), { maxLength: 100 }), async (tape) => {
        const { query, variables } = generateOperation(schema, tape);
        graph.requests();
        const response = await stock.executeOperation({ query, variables: { ...variables } });
        if (response.body.kind !== 'single') throw new Error('stock answered in parts');
        fc.pre(response.http.status === undefined);
        const { data, errors } = response.body.singleResult;
        const stockRequests = Object.values(graph.requests()).flat().length;

        const ours = await graph.query(query, { ...variables });

        expect({ query, data: ours.data, failed: ours.errors !== undefined }).toEqual({
          query,
          data: JSON.parse(JSON.stringify(data)),
          failed: errors !== undefined,
        });
        expect(Object.values(graph.requests()).flat().length).toBeLessThanOrEqual(stockRequests);
      }),
      { numRuns: RUNS },
    );
  });
});
