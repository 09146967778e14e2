import type { Contestant } from '../contestants/contestant.ts';
import type { Bench } from '../measure/bench.ts';

/** What one contestant did in one repetition. */
export interface Measurement {
  /** The figure that is compared, in the scenario's unit. */
  readonly value: number;
  /** What was wrong with its answers; a figure with wrong answers is shown, not counted. */
  readonly wrong: string | undefined;
  readonly details: Readonly<Partial<Record<Detail, number>>>;
}

/** A measurement, or why there is none. */
export type Outcome = Measurement | { readonly failure: string };

/** In the order of the report's columns. */
export const DETAILS = {
  cpuMs: 'CPU ms',
  /** Of one core: well below 100 means that something else was the limit. */
  cpuPercent: 'CPU %',
  p50Ms: 'p50 ms',
  p95Ms: 'p95 ms',
  p99Ms: 'p99 ms',
  rate: 'at req/s',
  /** What the host of the machine took of a processor: from one on, the p99 is made by it. */
  stolenPercent: 'stolen %',
  firstPassMs: 'first pass ms',
  rssMb: 'RSS MB',
  rssPeakMb: 'peak MB',
  rssEndMb: 'end MB',
  growthMbPerMinute: 'MB/min',
  fetches: 'fetches',
  checked: 'checked',
} as const;

export type Detail = keyof typeof DETAILS;

export type OnOutcome = (contestant: Contestant, outcome: Outcome) => void;

export interface Scenario {
  readonly name: string;
  /** A few words, for the chart. */
  readonly title: string;
  /** One line, for the table. */
  readonly description: string;
  readonly unit: 'requests/s' | 'ms' | 'MB';
  readonly better: 'more' | 'less';
  includes(contestant: Contestant): boolean;
  /** One repetition: starts fresh processes, measures, ends them. One contestant that fails fails alone. */
  measure(bench: Bench, contestants: readonly Contestant[], onOutcome: OnOutcome): Promise<void>;
}
