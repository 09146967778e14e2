import type { CheckResult, DownstreamResult, LintOutcome } from '../checks/check-result.ts';
import type { Check } from '../checks/check-store.ts';
import { describeJudgedChange } from '../checks/describe-usage.ts';
import { formatGraphRef } from '../graphs/graph-ref.ts';

export const checkUrl = (
  publicUrl: string,
  { graphId, variant, id }: Pick<Check, 'graphId' | 'variant' | 'id'>,
): string => `${publicUrl}/graphs/${formatGraphRef({ graphId, variant })}/checks/${id}`;

/** CheckWorkflow. */
export function checkWorkflow(check: Check, publicUrl: string) {
  const { composition, operations, lint, downstream = [], passed } = check.result;
  const targetURL = checkUrl(publicUrl, check);
  return {
    status: statusOf(passed),
    tasks: [
      check.subgraph === undefined
        ? validityTask(composition, targetURL)
        : {
            __typename: 'CompositionCheckTask',
            status: statusOf(composition.passed),
            targetURL,
            coreSchemaModified: composition.isSupergraphChanged,
            result: { __typename: 'CompositionCheckResult', errors: composition.errors },
          },
      operationsTask(operations, targetURL),
      {
        __typename: 'LintCheckTask',
        status: lint === undefined ? 'BLOCKED' : statusOf(lint.passed),
        targetURL,
        result: lint === undefined ? null : lintResult(lint),
      },
      ...(downstream.length === 0 ? [] : [downstreamTask(downstream, targetURL)]),
    ],
  };
}

const statusOf = (passed: boolean): string => (passed ? 'PASSED' : 'FAILED');

function operationsTask(operations: CheckResult['operations'], targetURL: string) {
  const task = { __typename: 'OperationsCheckTask', targetURL };
  if (operations === undefined) return { ...task, status: 'BLOCKED', result: null };
  return {
    ...task,
    status: statusOf(operations.passed),
    result: {
      checkSeverity: operations.passed ? 'NOTICE' : 'FAILURE',
      numberOfCheckedOperations: operations.checkedOperations,
      changes: operations.changes.map((change) => ({
        severity: change.fails ? 'FAILURE' : 'NOTICE',
        code: change.code,
        description: describeJudgedChange(change),
      })),
    },
  };
}

/** Of a whole schema rover shows no composition: what is wrong with it is said where it shows it. */
const validityTask = ({ passed, errors }: CheckResult['composition'], targetURL: string) => ({
  __typename: 'CustomCheckTask',
  status: statusOf(passed),
  targetURL,
  result: {
    violations: errors.map(({ code, message, locations }) => {
      const [at] = locations;
      const place = at === undefined ? undefined : { ...at, byteOffset: 0 };
      return {
        level: 'ERROR',
        rule: code,
        message,
        coordinate: null,
        sourceLocations: place === undefined ? null : [{ start: place, end: place, subgraphName: null }],
      };
    }),
  },
});

const downstreamTask = (results: readonly DownstreamResult[], targetURL: string) => ({
  __typename: 'DownstreamCheckTask',
  status: statusOf(results.every(({ passed }) => passed)),
  targetURL,
  results: results.map(({ variant, passed }) => ({
    downstreamVariantName: variant,
    failsUpstreamWorkflow: !passed,
  })),
});

/** LintResult. */
export const lintResult = ({ diagnostics }: LintOutcome) => ({
  diagnostics: diagnostics.map(({ start, end, ...diagnostic }) => ({
    ...diagnostic,
    sourceLocations: [{ start, end }],
  })),
  stats: {
    errorsCount: diagnostics.filter(({ level }) => level === 'ERROR').length,
    warningsCount: diagnostics.filter(({ level }) => level === 'WARNING').length,
  },
});
