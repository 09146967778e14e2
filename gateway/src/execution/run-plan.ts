import type { GraphQLError } from 'graphql';
import type { EntityRequests } from './entity-requests.ts';
import type { ExecutableFetch, ExecutableNode } from './executable-plan.ts';
import type { StringTraits } from './json.ts';
import type { JsonObject } from './own.ts';
import { runFetch } from './run-fetch.ts';
import type { SubgraphSender } from './subgraph-sender.ts';
import type { TypeConditions } from './type-conditions.ts';
import type { Union } from './unite-objects.ts';

/** What one request carries through its plan. */
export interface PlanRun {
  /** The response as it grows: every fetch writes only below its own path. */
  readonly data: JsonObject;
  /** Errors are collected, not thrown: a failed fetch nulls its part and the rest of the plan goes on. */
  readonly errors: GraphQLError[];
  /** As the client sent them. */
  readonly variables: JsonObject;
  /** JSON text of the literals that became variables. */
  readonly lifted: ReadonlyMap<string, string>;
  readonly matches: TypeConditions;
  /** The client's response names, by the names that the operation was planned with. */
  readonly clientNames: ReadonlyMap<string, string>;
  readonly send: SubgraphSender;
  readonly entities: EntityRequests;
  /** Told what each request to a subgraph brought, before anything is made of it. */
  readonly onAnswer: ((fetch: ExecutableFetch, data: JsonObject) => void) | undefined;
  /** Whether one object may stand for an entity at all its places: not where their surroundings matter. */
  readonly canShare: boolean;
  /** Whether an object stands at several places of the response by now. */
  sharesObjects: boolean;
  /** Fetches of entities that are on their way. */
  waiting: number;
  /** Of equal objects, in their order, made while fetches waited: these may hold some that were given up. */
  readonly unions: Union[];
  /** Of the strings of the response that root fields have brought. */
  stringTraits: StringTraits;
  /** Whether what the only fetch brings is what the client gets; undefined where that cannot be. */
  readonly passes: ((data: JsonObject) => boolean) | undefined;
  /** JSON text in UTF-8 of all there is to answer. */
  passed: Buffer | undefined;
  /** Whether a subgraph did not know an entity that it was asked for. */
  missesEntities: boolean;
}

const DONE = Promise.resolve();

/** Asks the subgraphs in the order the plan needs; resolves when the response holds all they said. */
export function runPlan(node: ExecutableNode | undefined, run: PlanRun): Promise<unknown> {
  switch (node?.kind) {
    case undefined:
      return DONE;
    case 'sequence':
      return runSequence(node.nodes, run);
    case 'parallel':
      return Promise.all(node.nodes.map((child) => runPlan(child, run)));
    case 'fetch':
      return runFetch(node.fetch, run);
  }
}

async function runSequence(nodes: readonly ExecutableNode[], run: PlanRun): Promise<void> {
  for (const node of nodes) await runPlan(node, run);
}
