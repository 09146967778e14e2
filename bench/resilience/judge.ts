import { median, quantile } from '../measure/statistics.ts';
import type { SubgraphName } from '../subgraphs/shop.ts';
import { touches } from './operations.ts';
import type { Outcome } from './run-load.ts';
import type { Fault } from './subgraph-process.ts';

export interface Trial {
  readonly subgraph: SubgraphName;
  readonly fault: Fault;
  readonly outcomes: readonly Outcome[];
  /** When the fault began, began to be mended, and ended, in milliseconds of `performance.now()`. */
  readonly beganMs: number;
  readonly mendingMs: number;
  readonly endedMs: number;
  readonly rssPeakMb: number;
  /** What the host took of a processor, before and during the fault. */
  readonly stolenPercent: number;
}

export interface Verdict {
  readonly subgraph: SubgraphName;
  readonly fault: Fault;
  /** During the fault. */
  readonly requests: number;
  /** Operations that do not need the subgraph: how many went wrong. */
  readonly untouchedWrong: number;
  readonly untouchedP99Ms: number;
  /** The same operations before the fault. */
  readonly healthyP99Ms: number;
  /** The one by the other. */
  readonly p99Ratio: number;
  /** Operations that need it: how many had all that the others bring, of how many. */
  readonly partial: number;
  readonly touched: number;
  /** From the end of the fault to when the last request left that was not answered in full. */
  readonly recoveryMs: number;
  readonly rssPeakMb: number;
  readonly stolenPercent: number;
}

/** Clients that begin all at once open their connections first. */
const SETTLING_MS = 1_000;

export function judge({
  subgraph,
  fault,
  outcomes,
  beganMs,
  mendingMs,
  endedMs,
  rssPeakMb,
  stolenPercent,
}: Trial): Verdict {
  const [first] = outcomes;
  const settledMs = (first?.dueMs ?? 0) + SETTLING_MS;
  const healthy = outcomes.filter(({ dueMs }) => dueMs >= settledMs && dueMs < beganMs);
  const during = outcomes.filter(({ dueMs }) => dueMs >= beganMs && dueMs < endedMs);
  const after = outcomes.filter(({ dueMs }) => dueMs >= endedMs);
  const isTouched = ({ operation }: Outcome): boolean => touches(operation, subgraph);
  const untouched = during.filter((outcome) => !isTouched(outcome));
  const touched = during.filter(isTouched);
  const p99 = (sample: readonly Outcome[]): number =>
    quantile(
      sample.filter((outcome) => !isTouched(outcome)).map(({ latencyMs }) => latencyMs),
      0.99,
    );
  // A process that starts takes the core of the load and of the other subgraphs: that is not the gateway's.
  const untouchedP99Ms = p99(during.filter(({ dueMs }) => dueMs < mendingMs));
  const healthyP99Ms = p99(healthy);
  const lastWrong = after.filter(({ isRight }) => !isRight).map(({ dueMs }) => dueMs);
  return {
    subgraph,
    fault,
    requests: during.length,
    untouchedWrong: untouched.filter(({ isRight }) => !isRight).length,
    untouchedP99Ms,
    healthyP99Ms,
    p99Ratio: untouchedP99Ms / healthyP99Ms,
    partial: touched.filter(({ isAsGoodAsCanBe }) => isAsGoodAsCanBe).length,
    touched: touched.length,
    recoveryMs: Math.max(0, ...lastWrong.map((dueMs) => dueMs - endedMs)),
    rssPeakMb,
    stolenPercent,
  };
}

/** Half of what is enough to make a p99. */
const STOLEN_LITTLE_PERCENT = 0.5;

/**
 * One verdict of several trials of a kind. Of eight seconds, the p99 is what the worst 80 ms make it, and the machine's host has
 * other guests: the middle one counts, of the trials in which they took little, or of all when there is none. Of all else the
 * worst does.
 */
export function combine(verdicts: readonly [Verdict, ...Verdict[]]): Verdict {
  const [{ subgraph, fault }] = verdicts;
  const undisturbed = verdicts.filter(({ stolenPercent }) => stolenPercent < STOLEN_LITTLE_PERCENT);
  type Figure = Exclude<keyof Verdict, 'subgraph' | 'fault'>;
  const all = (key: Figure): number[] => verdicts.map((each) => each[key]);
  const middle = (key: Figure): number =>
    median((undisturbed.length > 0 ? undisturbed : verdicts).map((each) => each[key]));
  const sum = (sample: readonly number[]): number => sample.reduce((total, value) => total + value, 0);
  return {
    subgraph,
    fault,
    requests: sum(all('requests')),
    untouchedWrong: sum(all('untouchedWrong')),
    untouchedP99Ms: middle('untouchedP99Ms'),
    healthyP99Ms: middle('healthyP99Ms'),
    p99Ratio: middle('p99Ratio'),
    partial: sum(all('partial')),
    touched: sum(all('touched')),
    recoveryMs: Math.max(...all('recoveryMs')),
    rssPeakMb: Math.max(...all('rssPeakMb')),
    stolenPercent: middle('stolenPercent'),
  };
}

/** What a gateway has to hold to. */
export const LIMITS = { p99Ratio: 2, recoveryMs: 5_000 };

/** What of it did not hold; empty when all did. */
export function failuresOf(verdict: Verdict): readonly string[] {
  const name = `${verdict.subgraph}, ${verdict.fault}`;
  return [
    ...(verdict.untouchedWrong > 0
      ? [`${name}: ${verdict.untouchedWrong} untouched answers were wrong`]
      : []),
    ...(verdict.partial < verdict.touched
      ? [`${name}: ${verdict.touched - verdict.partial} answers lacked what the others bring`]
      : []),
    ...(verdict.p99Ratio > LIMITS.p99Ratio
      ? [
          `${name}: p99 of the untouched is ${verdict.p99Ratio.toFixed(1)} times as long (the host took ${verdict.stolenPercent.toFixed(1)} % of a processor)`,
        ]
      : []),
    ...(verdict.recoveryMs > LIMITS.recoveryMs
      ? [`${name}: recovered ${(verdict.recoveryMs / 1_000).toFixed(1)} s after its end`]
      : []),
  ];
}
