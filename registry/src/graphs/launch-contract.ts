import type { Composition } from '../schema-work/protocol.ts';
import type { SchemaWorkers } from '../schema-work/schema-workers.ts';
import type { Contract } from './contract-store.ts';
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

/** @returns undefined while the source has nothing served; CONFLICT: somebody else launched in between. */
export async function saveContractLaunch(
  { store, workers }: { store: GraphStore; workers: SchemaWorkers },
  contract: Contract,
  actor: string,
): Promise<ContractLaunch | undefined | 'CONFLICT'> {
  const { graphId, variant, sourceVariant: source } = contract;
  const ref = { graphId, variant };
  const after = (await store.variant(ref))?.latestLaunch ?? 0;
  const served = await store.served({ graphId, variant: source });
  if (served === undefined) return undefined;
  const composition = await composeContract(workers, served.supergraphSdl, contract);
  const cause = { kind: 'CONTRACT', source, launch: served.number } as const;
  const number = await store.saveLaunch({ ref, after, subgraphs: [], composition, cause, actor });
  return number === undefined ? 'CONFLICT' : { number, composition };
}
