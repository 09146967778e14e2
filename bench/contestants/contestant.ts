import type { WorkloadName } from '../workloads/workload.ts';

export interface Launch {
  readonly supergraphFile: string;
  /** Each subgraph is at /NAME below it. */
  readonly subgraphsUrl: string;
  readonly port: number;
  /** Equal requests that are in flight together may share one answer. */
  readonly sharing: boolean;
  /** The right answer of the workload's first request, for who only has to repeat it. */
  readonly answerFile: string;
}

/** A gateway to be measured, or a bound of what one could reach. Serves POST /graphql on 127.0.0.1. */
export interface Contestant {
  readonly name: string;
  /** `variant`: ours, configured otherwise; measured only when it is named. */
  readonly role: 'ours' | 'variant' | 'peer' | 'bound';
  /** What is measured, with its version; needs the dependencies of bench/ installed. */
  product(): string;
  /** The workloads it answers, when not all. */
  readonly workloads?: readonly WorkloadName[];
  /** How node starts it. */
  command(launch: Launch): {
    readonly args: readonly string[];
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
  };
}

/** Ratios are to this one. */
export const STOCK = 'apollo';
