import type { GraphQLError } from 'graphql';
import type { ExecutableNode } from './executable-plan.ts';
import type { JsonObject } from './own.ts';
import { runFetch } from './run-fetch.ts';
import type { SubgraphSender } from './subgraph-sender.ts';
import type { TypeConditions } from './type-conditions.ts';

/** What one request carries through its plan. */
export interface PlanRun {
  /** The response as it grows: every fetch writes only below its own path. */
  readonly data: JsonObject;
  /** Errors are collected, not thrown: a failed fetch nulls its part and the rest of the plan goes on. */
  readonly errors: GraphQLError[];
  /** As the client sent them. */
  readonly variables: JsonObject;
  /** Boolean variables with their defaults, for @skip and @include. */
  readonly conditions: (variable: string) => boolean;
  readonly matches: TypeConditions;
  readonly send: SubgraphSender;
}

/** Asks the subgraphs in the order the plan needs; resolves when the response holds all they said. */
export async function runPlan(node: ExecutableNode | undefined, run: PlanRun): Promise<void> {
  switch (node?.kind) {
    case undefined:
      return;
    case 'sequence':
      for (const child of node.nodes) await runPlan(child, run);
      return;
    case 'parallel':
      await Promise.all(node.nodes.map((child) => runPlan(child, run)));
      return;
    case 'fetch':
      await runFetch(node.fetch, run);
      return;
    case 'condition':
      await runPlan(run.conditions(node.variable) ? node.then : node.otherwise, run);
  }
}
