import {
  buildClientSchema,
  getIntrospectionQuery,
  type GraphQLSchema,
  type IntrospectionQuery,
} from 'graphql';
import type { Federation } from '../../../src/testing/federate.ts';

/** The schema that clients of a graph see. */
export async function apiSchemaOf(graph: Pick<Federation<string>, 'query'>): Promise<GraphQLSchema> {
  const { data } = await graph.query(getIntrospectionQuery());
  return buildClientSchema(data as IntrospectionQuery);
}
