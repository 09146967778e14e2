import type { GraphRef } from '../graphs/graph-ref.ts';
import type { GitContext, GraphStore } from '../graphs/graph-store.ts';
import type { Composition } from '../schema-work/protocol.ts';
import type { SchemaWorkers } from '../schema-work/schema-workers.ts';
import type { UsageStore, Window } from '../usage/usage-store.ts';
import type { CheckResult, LintOutcome, OperationsResult } from './check-result.ts';
import { readCheckSettings, type CheckSettings, type CheckSettingsInput } from './check-settings.ts';
import type { CheckStore } from './check-store.ts';
import { countedOperations, judgeChanges } from './judge-changes.ts';
import type { Linter } from './linter.ts';

export interface CheckerOptions {
  readonly graphs: GraphStore;
  readonly usage: UsageStore;
  readonly checks: CheckStore;
  readonly workers: SchemaWorkers;
  readonly linter: Linter;
  /** How far back it is looked for use when nobody says, in milliseconds. */
  readonly windowMs: number;
  readonly passWithoutOperations: boolean;
}

export interface SubgraphCheck {
  readonly ref: GraphRef;
  readonly subgraph: string;
  readonly sdl: string;
  readonly settings: CheckSettingsInput;
  readonly git: GitContext;
  readonly actor: string;
}

export interface Checker {
  /** Finds out what publishing the schema would do, and keeps the result. @returns the id of the check. */
  checkSubgraph(check: SubgraphCheck): Promise<string>;
}

/** More operations than this are not looked at: the most frequent come first. */
const MAX_OPERATIONS = 10_000;

export function createChecker(options: CheckerOptions): Checker {
  const { graphs, usage, checks, workers, linter } = options;

  const checkOperations = async (
    ref: GraphRef,
    apiSdl: string,
    settings: CheckSettings,
  ): Promise<OperationsResult> => {
    const { from, to } = settings;
    const variants = settings.variants ?? [ref.variant];
    const window: Window = { graphId: ref.graphId, variants, from, to };
    const before = (await graphs.served(ref))?.apiSdl ?? apiSdl;
    const operations = countedOperations(await usage.operations(window, MAX_OPERATIONS), settings);
    const { changes } = await workers.run('compare', {
      before,
      after: apiSdl,
      operations: operations.map(({ id, signature, fields }) => ({ id, signature, fields })),
    });
    const affected = new Set(changes.flatMap(({ affectedOperations }) => affectedOperations));
    const clients = affected.size === 0 ? [] : await usage.clients(window, [...affected]);
    const { passWithoutOperations } = options;
    const judged = judgeChanges({ changes, operations, clients, settings, passWithoutOperations });
    return {
      passed: !judged.some(({ fails }) => fails),
      checkedOperations: operations.length,
      from: from.toISOString(),
      to: to.toISOString(),
      variants,
      changes: judged,
    };
  };

  return {
    checkSubgraph: async ({ ref, subgraph, sdl, settings: input, git, actor }) => {
      const settings = readCheckSettings(input, options.windowMs, new Date());
      const { subgraphs } = await graphs.subgraphs(ref);
      const present = subgraphs.find(({ name }) => name === subgraph);
      const proposed = [
        ...subgraphs.filter((each) => each !== present),
        { name: subgraph, url: present?.url ?? '', sdl },
      ];
      const composition = await workers.run(
        'compose',
        proposed.map(({ name, url, sdl }) => ({ name, url, sdl })),
      );
      const outcome = outcomeOf(composition, (await graphs.served(ref))?.supergraphSdl);
      const { supergraph } = composition;
      let operations: OperationsResult | undefined;
      let lint: LintOutcome | undefined;
      if (supergraph !== undefined) {
        [operations, lint] = await Promise.all([
          checkOperations(ref, supergraph.apiSdl, settings),
          linter.lint(sdl, present?.sdl),
        ]);
      }
      const parts = [outcome, operations, lint];
      const result: CheckResult = {
        passed: parts.every((part) => part?.passed !== false),
        composition: outcome,
        operations,
        lint,
      };
      return checks.save({ ...ref, subgraph, result, git, createdBy: actor });
    },
  };
}

const outcomeOf = (
  { errors, supergraph }: Composition,
  served: string | undefined,
): CheckResult['composition'] => ({
  passed: supergraph !== undefined,
  errors,
  isSupergraphChanged: supergraph !== undefined && supergraph.sdl !== served,
});
