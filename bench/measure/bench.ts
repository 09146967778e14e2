import type { Workload, WorkloadName } from '../workloads/workload.ts';

/** What all measurements of a run have in common. */
export interface Bench {
  /** For files that live as long as the run. */
  readonly folder: string;
  readonly supergraphFile: string;
  readonly subgraphsPort: number;
  readonly workloads: ReadonlyMap<WorkloadName, Workload>;
  readonly connections: number;
  readonly warmUpS: number;
  readonly durationS: number;
  /** Starts per repetition of the cold start. */
  readonly starts: number;
  /** Length of the memory scenario. */
  readonly minutes: number;
  readonly cores: Cores;
}

/** Undefined on a machine with one core, where all share it. */
export interface Cores {
  readonly gateway: number | undefined;
  readonly subgraphs: number | undefined;
  /** Of the load generator and of this process. */
  readonly load: number | undefined;
}

/** The gateway gets a core for itself, the load another; subgraphs have a third where there is one. */
export function assignCores(count: number): Cores {
  if (count < 2) return { gateway: undefined, subgraphs: undefined, load: undefined };
  return { gateway: 0, load: 1, subgraphs: count > 2 ? 2 : 1 };
}

export function workloadNamed({ workloads }: Bench, name: WorkloadName): Workload {
  const workload = workloads.get(name);
  if (workload === undefined) throw new Error(`no workload ${name}`);
  return workload;
}
