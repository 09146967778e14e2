import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { execute, parse, validate, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { federate, type Federation } from '../../src/testing/federate.ts';
import { generateOperation, type GeneratedOperation } from './generate-operation.ts';
import { findResolver, SUBGRAPHS } from './shop.ts';
import { apiSchemaOf } from './testing/api-schema-of.ts';

/** More with DIFFERENTIAL_RUNS; a difference prints the seed and the smallest operation that shows it. */
const RUNS = Number(process.env['DIFFERENTIAL_RUNS'] ?? 1_500);

describe('the federated graph', () => {
  let graph: Federation<keyof typeof SUBGRAPHS>;
  let schema: GraphQLSchema;

  beforeAll(async () => {
    graph = await federate(SUBGRAPHS);
    schema = await apiSchemaOf(graph);
  });

  afterAll(() => graph.stop());

  async function inOnePiece({ query, variables }: GeneratedOperation): Promise<ExecutionResult> {
    const result = await execute({
      schema,
      document: parse(query),
      variableValues: variables,
      fieldResolver: (source, args, _context, { parentType, fieldName }) =>
        findResolver(parentType.name, fieldName)?.(source, args) ?? (fieldName === 'id' ? source.id : null),
      typeResolver: (value) => value.__typename,
    });
    return JSON.parse(JSON.stringify(result)) as ExecutionResult;
  }

  it('answers every operation as one schema would', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(63), { maxLength: 120 }), async (tape) => {
        const operation = generateOperation(schema, tape, { anyName: false, conditions: 'any' });
        fc.pre(validate(schema, parse(operation.query)).length === 0);
        const expected = await inOnePiece(operation);

        const { data, errors } = await graph.query(operation.query, { ...operation.variables });
        graph.requests();

        expect({ operation, data }).toEqual({ operation, data: expected.data });
        // A fetch that failed is always told; the wording and number of errors are the subgraphs'.
        if (expected.errors === undefined)
          expect({ operation, errors }).toEqual({ operation, errors: undefined });
      }),
      { numRuns: RUNS, endOnFailure: false },
    );
  });
});
