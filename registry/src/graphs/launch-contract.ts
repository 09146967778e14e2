import type { Composition } from '../schema-work/protocol.ts';
import type { SchemaWorkers } from '../schema-work/schema-workers.ts';
import type { Contract, ContractStore } from './contract-store.ts';
import type { GraphRef } from './graph-ref.ts';
import type { GraphStore } from './graph-store.ts';

/** What a contract shows of a supergraph. What its filter costs too much for is a failed launch, like any fault in it. */
export async function composeContract(
  workers: SchemaWorkers,
  supergraphSdl: string,
  { filter }: Contract,
): Promise<Composition> {
  try {
    return await workers.run('filterByTags', { supergraphSdl, filter });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      errors: [{ message, code: 'CONTRACT_FAILED', locations: [] }],
      hints: [],
      supergraph: undefined,
    };
  }
}

export interface ContractLaunch {
  readonly number: number;
  readonly composition: Composition;
}

export interface ContractParts {
  readonly store: GraphStore;
  readonly contracts: ContractStore;
  readonly workers: SchemaWorkers;
}

/**
 * Launches a contract by the filter that it has now: whoever asks for it may have read another one, seconds ago.
 *
 * @returns undefined while the source has nothing served, and of what is no contract; CONFLICT: somebody else launched in
 *   between, or changed the filter.
 */
export async function saveContractLaunch(
  { store, contracts, workers }: ContractParts,
  ref: GraphRef,
  actor: string,
): Promise<ContractLaunch | undefined | 'CONFLICT'> {
  const { graphId, variant } = ref;
  const after = (await store.variant(ref))?.latestLaunch ?? 0;
  const contract = await contracts.find(ref);
  if (contract === undefined) return undefined;
  const { sourceVariant: source, filter } = contract;
  const served = await store.served({ graphId, variant: source });
  if (served === undefined) return undefined;
  const composition = await composeContract(workers, served.supergraphSdl, contract);
  const cause = { kind: 'CONTRACT', source, launch: served.number, filter } as const;
  const number = await store.saveLaunch({
    ref: { graphId, variant },
    after,
    subgraphs: [],
    composition,
    cause,
    actor,
  });
  return number === undefined ? 'CONFLICT' : { number, composition };
}
