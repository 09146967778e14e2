import { buildSchema, graphqlSync } from 'graphql';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createShop } from '../subgraphs/shop.ts';
import { MARKER } from '../unique-marker.ts';
import { createDistinctOperations } from './distinct-operations.ts';
import type { ClientRequest, Workload, WorkloadName } from './workload.ts';

const DISTINCT_OPERATIONS = 200;

/** All workloads, with the answers of one graphql-js server that has the whole schema and the same data. */
export function createWorkloads(apiSdl: string): ReadonlyMap<WorkloadName, Workload> {
  const schema = buildSchema(apiSdl);
  const rootValue = createShop().root;
  const request = (query: string, variables?: Readonly<Record<string, unknown>>): ClientRequest => {
    const answer = graphqlSync({ schema, source: query, rootValue, variableValues: variables });
    if (answer.errors !== undefined) throw new Error(`${query}\n${answer.errors.join('\n')}`);
    return { body: JSON.stringify({ query, variables }), expected: JSON.stringify(answer) };
  };

  const deep = request(readOperation('deep'));
  const deepVariable = request(
    readOperation('deep')
      .replace('query Deep', 'query DeepVariable($trackingId: String)')
      .replace('topProducts', 'topProducts(trackingId: $trackingId)'),
    { trackingId: MARKER },
  );
  const tiny = request(readOperation('tiny'));
  const list = request(readOperation('list'));
  const mutation = request(readOperation('mutation'), {
    upc: '4',
    body: `Still bright after a year (${MARKER}).`,
  });
  const distinct = createDistinctOperations(DISTINCT_OPERATIONS).map((query) => request(query));
  const mixed = distinct.flatMap((request, index) => [
    request,
    tiny,
    mutation,
    index % 4 === 0 ? deep : deepVariable,
  ]);

  return new Map(
    Object.entries({
      deep: [deep],
      'deep-variable': [deepVariable],
      tiny: [tiny],
      list: [list],
      mutation: [mutation],
      distinct,
      mixed,
    }).map(([name, requests]) => [name as WorkloadName, { name: name as WorkloadName, requests }]),
  );
}

const readOperation = (name: string): string =>
  readFileSync(join(import.meta.dirname, `../operations/${name}.graphql`), 'utf8');
