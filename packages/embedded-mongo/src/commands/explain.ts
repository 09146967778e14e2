import { MongoError, notSupported } from '../errors.ts';
import { isDocument, type Doc } from '../bson/value.ts';
import type { QueryResult } from '../query/run-query.ts';
import { runLeadingQuery } from './aggregate.ts';
import type { Command, CommandContext } from './command.ts';
import { runCount } from './count.ts';
import { countField, documentField, namespaceOf } from './fields.ts';
import { runFind } from './find.ts';

/** Runs the query and tells how: the plan and the counts are of this very run. */
export const explain: Command = {
  fields: ['verbosity'],
  run(context) {
    const inner = context.body['explain'];
    if (!isDocument(inner)) throw new MongoError('TypeMismatch', 'explain needs a command');
    const name = Object.keys(inner)[0] ?? '';
    const result = runExplained(context, name, inner);
    const stages = describePlan(result, inner);
    return {
      explainVersion: '1',
      queryPlanner: {
        namespace: namespaceOf(context.db, inner[name]),
        parsedQuery: documentField(inner, 'filter') ?? documentField(inner, 'query') ?? {},
        winningPlan: stages,
        rejectedPlans: [],
      },
      ...(context.body['verbosity'] !== 'queryPlanner' && {
        executionStats: {
          executionSuccess: true,
          nReturned: result.hits.length,
          executionTimeMillis: 0,
          totalKeysExamined: result.statistics.keysExamined,
          totalDocsExamined: result.statistics.docsExamined,
          executionStages: stages,
        },
      }),
      command: inner,
      serverInfo: { host: context.address, port: 0, version: '7.0.0' },
    };
  },
};

function runExplained(context: CommandContext, name: string, inner: Doc): QueryResult {
  switch (name) {
    case 'find':
      return runFind(context, inner);
    case 'count':
      return runCount(context, inner);
    case 'aggregate':
      return runLeadingQuery(context, inner);
    default:
      throw notSupported(`explain of ${name}`);
  }
}

function describePlan({ plan }: QueryResult, inner: Doc): Doc {
  const direction = plan.direction === 1 ? 'forward' : 'backward';
  let stage: Doc =
    plan.kind === 'COLLSCAN'
      ? { stage: 'COLLSCAN', direction }
      : {
          stage: 'FETCH',
          inputStage: {
            stage: 'IXSCAN',
            keyPattern: plan.index.definition.spec['key'],
            indexName: plan.index.definition.name,
            isMultiKey: plan.index.arrayFields.size > 0,
            isUnique: plan.index.definition.unique,
            isSparse: plan.index.definition.sparse,
            isPartial: plan.index.definition.partialFilter !== undefined,
            direction,
            boundFields: plan.boundFields,
            ranges: plan.ranges.length,
          },
        };
  const sort = documentField(inner, 'sort');
  if (sort && !plan.providesSort) stage = { stage: 'SORT', sortPattern: sort, inputStage: stage };
  const limit = countField(inner, 'limit') ?? 0;
  return limit > 0 ? { stage: 'LIMIT', limitAmount: limit, inputStage: stage } : stage;
}
