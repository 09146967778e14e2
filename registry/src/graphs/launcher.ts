import { ClientError } from '@tributary/service-kit';
import type { SchemaWorkers } from '../schema-work/schema-workers.ts';
import type { Composition } from '../schema-work/protocol.ts';
import { assertNoContract } from './assert-no-contract.ts';
import type { Contract, ContractStore } from './contract-store.ts';
import { composeContract, saveContractLaunch } from './launch-contract.ts';
import { formatGraphRef, type GraphRef } from './graph-ref.ts';
import type { GraphStore, LaunchCause, Subgraph } from './graph-store.ts';

/** Somebody else was faster, again and again. */
export class LaunchConflictError extends ClientError {
  readonly code = 'LAUNCH_CONFLICT';
  readonly status = 409;
  constructor() {
    super('Others change this variant all the time. Nothing was changed; try again.');
  }
}

export interface Launch {
  readonly number: number;
  readonly composition: Composition;
}

export interface Launcher {
  /**
   * Composes a variant from what `change` makes of its subgraphs, and saves that as a launch. One at a time for each
   * variant; what another registry process saves in between is taken into account.
   *
   * @param change Answers undefined when there is nothing to do.
   * @throws BadUserInputError of a contract.
   */
  launch(
    ref: GraphRef,
    by: { readonly actor: string; readonly cause: LaunchCause },
    change: (subgraphs: readonly Subgraph[]) => readonly Subgraph[] | undefined,
  ): Promise<Launch | undefined>;
  /** What `launch` would compose; nothing is saved. */
  rehearse(
    ref: GraphRef,
    change: (subgraphs: readonly Subgraph[]) => readonly Subgraph[],
  ): Promise<Composition>;
  /**
   * Has a variant served as an earlier launch had it: subgraphs and supergraph.
   *
   * @returns undefined when there is no such launch, or it failed.
   * @throws BadUserInputError of a contract: what it has come to hide since would be seen again.
   */
  rollBack(ref: GraphRef, to: number, actor: string): Promise<Launch | undefined>;
  /** Launches a contract from what its source has served, by the filter it has now; undefined: nothing is, or it is none. */
  launchContract(ref: GraphRef, actor: string): Promise<Launch | undefined>;
  /** What `launchContract` would compose of a contract that is like this. */
  rehearseContract(contract: Contract): Promise<Composition | undefined>;
  /** Launches the contracts that were left behind, because a registry ended between a launch or a change and theirs. */
  catchUp(): Promise<void>;
}

const MAX_ATTEMPTS = 10;

export interface LauncherOptions {
  readonly store: GraphStore;
  readonly contracts: ContractStore;
  readonly workers: SchemaWorkers;
}

export function createLauncher({ store, contracts, workers }: LauncherOptions): Launcher {
  const inTurn = createTurns();
  const attempt = async (
    save: () => Promise<Launch | undefined | 'CONFLICT'>,
  ): Promise<Launch | undefined> => {
    for (let tries = 0; tries < MAX_ATTEMPTS; tries += 1) {
      const outcome = await save();
      if (outcome !== 'CONFLICT') return outcome;
    }
    throw new LaunchConflictError();
  };
  const compose = (subgraphs: readonly Subgraph[]): Promise<Composition> =>
    workers.run(
      'compose',
      subgraphs.map(({ name, url, sdl }) => ({ name, url, sdl })),
    );
  const launchContract = (ref: GraphRef, actor: string): Promise<Launch | undefined> =>
    inTurn(formatGraphRef(ref), () =>
      attempt(() => saveContractLaunch({ store, contracts, workers }, ref, actor)),
    );
  const withContracts = async (
    ref: GraphRef,
    actor: string,
    launch: Launch | undefined,
  ): Promise<Launch | undefined> => {
    if (launch === undefined || launch.composition.supergraph !== undefined)
      // With nothing to launch, those that an earlier try did not come to.
      for (const contract of await (launch === undefined ? contracts.behind(ref) : contracts.of(ref)))
        await launchContract(contract, actor);
    return launch;
  };
  return {
    launchContract,
    rehearseContract: async (contract) => {
      const served = await store.served({ ...contract, variant: contract.sourceVariant });
      return served && composeContract(workers, served.supergraphSdl, contract);
    },
    catchUp: async () => {
      for (const contract of await contracts.behind()) await launchContract(contract, 'registry');
    },
    launch: async (ref, { actor, cause }, change) => {
      const launched = await inTurn(formatGraphRef(ref), () =>
        attempt(async () => {
          assertNoContract(await contracts.find(ref));
          const { launch: after, subgraphs: present } = await store.subgraphs(ref);
          const subgraphs = change(present);
          if (subgraphs === undefined) return undefined;
          const composition = await compose(subgraphs);
          const number = await store.saveLaunch({ ref, after, subgraphs, composition, cause, actor });
          return number === undefined ? 'CONFLICT' : { number, composition };
        }),
      );
      return withContracts(ref, actor, launched);
    },
    rehearse: async (ref, change) => compose(change((await store.subgraphs(ref)).subgraphs)),
    rollBack: async (ref, to, actor) => {
      const launched = await inTurn(formatGraphRef(ref), () =>
        attempt(async () => {
          assertNoContract(await contracts.find(ref));
          const [variant, schemas] = [await store.variant(ref), await store.schemas(ref, to)];
          if (variant === undefined || schemas === undefined) return undefined;
          const { supergraphSdl: sdl, apiSdl } = schemas;
          const composition = { errors: [], hints: [], supergraph: { sdl, apiSdl } };
          const subgraphs = await store.subgraphsOf(ref, to);
          const cause = { kind: 'ROLL_BACK', to } as const;
          const after = variant.latestLaunch;
          const number = await store.saveLaunch({ ref, after, subgraphs, composition, cause, actor });
          return number === undefined ? 'CONFLICT' : { number, composition };
        }),
      );
      return withContracts(ref, actor, launched);
    },
  };
}

/** Work of the same name is done one after the other. */
function createTurns(): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (name, work) => {
    const before = last.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    last.set(name, mine);
    try {
      return await mine;
    } finally {
      if (last.get(name) === mine) last.delete(name);
    }
  };
}
