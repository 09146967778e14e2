import type { ContractStore } from '../graphs/contract-store.ts';
import { composeContract } from '../graphs/launch-contract.ts';
import type { GraphRef } from '../graphs/graph-ref.ts';
import type { GitContext, GraphStore } from '../graphs/graph-store.ts';
import type { Composition } from '../schema-work/protocol.ts';
import type { SchemaWorkers } from '../schema-work/schema-workers.ts';
import type { PersistedOperationStore } from '../persisted-operations/persisted-operation-store.ts';
import type { UsageStore, Window } from '../usage/usage-store.ts';
import type { CheckResult, DownstreamResult, LintOutcome, OperationsResult } from './check-result.ts';
import { readCheckSettings, type CheckSettings, type CheckSettingsInput } from './check-settings.ts';
import type { CheckStore } from './check-store.ts';
import { countedOperations, judgeChanges } from './judge-changes.ts';
import type { Linter } from './linter.ts';

export interface CheckerOptions {
  readonly graphs: GraphStore;
  readonly contracts: ContractStore;
  readonly usage: UsageStore;
  readonly persisted: PersistedOperationStore;
  readonly checks: CheckStore;
  readonly workers: SchemaWorkers;
  readonly linter: Linter;
  /** How far back it is looked for use when nobody says, in milliseconds. */
  readonly windowMs: number;
  readonly passWithoutOperations: boolean;
}

export interface ProposedSchema {
  readonly ref: GraphRef;
  /** Undefined: it is the variant's whole schema. */
  readonly subgraph: string | undefined;
  readonly sdl: string;
  readonly settings: CheckSettingsInput;
  readonly git: GitContext;
  readonly actor: string;
}

export interface Checker {
  /** Finds out what publishing the schema would do, and keeps the result. @returns the id of the check. */
  check(proposed: ProposedSchema): Promise<string>;
}

/** More operations than this are not looked at: the most frequent come first. */
const MAX_OPERATIONS = 10_000;

export function createChecker(options: CheckerOptions): Checker {
  const { graphs, contracts, usage, persisted, checks, workers, linter } = options;

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
    const registered = (await persisted.list(ref.graphId, variants, MAX_OPERATIONS)).map((each) => ({
      id: `persisted ${each.variant} ${each.clientName} ${each.id}`,
      name: each.name,
      clientName: each.clientName,
      signature: each.body,
      fields: [],
    }));
    const { changes } = await workers.run('compare', {
      before,
      after: apiSdl,
      operations: [...operations, ...registered].map(({ id, signature, fields }) => ({
        id,
        signature,
        fields,
      })),
    });
    const affected = new Set(changes.flatMap(({ affectedOperations }) => affectedOperations));
    const clients = affected.size === 0 ? [] : await usage.clients(window, [...affected]);
    const { passWithoutOperations } = options;
    const judged = judgeChanges({
      changes,
      operations,
      registered,
      clients,
      settings,
      passWithoutOperations,
    });
    return {
      passed: !judged.some(({ fails }) => fails),
      checkedOperations: operations.length + registered.length,
      from: from.toISOString(),
      to: to.toISOString(),
      variants,
      changes: judged,
    };
  };

  /** What the proposed supergraph would do to each contract of the variant. */
  const checkDownstream = async (
    ref: GraphRef,
    supergraphSdl: string,
    settings: CheckSettings,
  ): Promise<readonly DownstreamResult[]> => {
    const results: DownstreamResult[] = [];
    for (const contract of await contracts.of(ref)) {
      const { variant } = contract;
      const { supergraph, errors } = await composeContract(workers, supergraphSdl, contract);
      const operations =
        supergraph && (await checkOperations({ ...ref, variant }, supergraph.apiSdl, settings));
      results.push({ variant, passed: operations?.passed === true, errors, operations });
    }
    return results;
  };

  return {
    check: async ({ ref, subgraph, sdl, settings: input, git, actor }) => {
      const settings = readCheckSettings(input, options.windowMs, new Date());
      const { subgraphs } = await graphs.subgraphs(ref);
      const present = subgraphs.find(({ name }) => name === (subgraph ?? ''));
      const others = subgraph === undefined ? [] : subgraphs.filter(({ name }) => name !== '');
      const proposed = [
        ...others.filter((each) => each !== present),
        { name: subgraph ?? '', url: present?.url ?? '', sdl },
      ];
      const composition = await workers.run(
        'compose',
        proposed.map(({ name, url, sdl }) => ({ name, url, sdl })),
      );
      const outcome = outcomeOf(composition, (await graphs.served(ref))?.supergraphSdl);
      const { supergraph } = composition;
      let operations: OperationsResult | undefined;
      let lint: LintOutcome | undefined;
      let downstream: readonly DownstreamResult[] = [];
      if (supergraph !== undefined) {
        [operations, lint] = await Promise.all([
          checkOperations(ref, supergraph.apiSdl, settings),
          linter.lint(sdl, present?.sdl),
        ]);
        downstream = await checkDownstream(ref, supergraph.sdl, settings);
      }
      const parts = [outcome, operations, lint, ...downstream];
      const result: CheckResult = {
        passed: parts.every((part) => part?.passed !== false),
        composition: outcome,
        operations,
        lint,
        downstream,
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
