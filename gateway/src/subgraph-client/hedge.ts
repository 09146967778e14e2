import type { Exchange, RawResponse } from './exchange.ts';
import { RecentDurations } from './recent-durations.ts';
import { RetryBudget } from './retry-budget.ts';

export interface HedgingOptions {
  /** A read that takes longer than so many of a hundred is asked a second time. */
  readonly percentile: number;
  /** Second reads for a hundred. */
  readonly budgetPercent: number;
}

/** How long reads of one subgraph took lately, and how many second ones may be sent. */
export class Hedging {
  readonly #budget: RetryBudget;
  readonly #durations: RecentDurations;

  constructor({ percentile, budgetPercent }: HedgingOptions) {
    this.#budget = new RetryBudget(budgetPercent);
    this.#durations = new RecentDurations(percentile);
  }

  /** How long a read waits before it is asked a second time; undefined: as long as it takes, nothing is known yet. */
  get delayMs(): number | undefined {
    return this.#durations.quantileMs;
  }

  onRead(): void {
    this.#budget.onRequest();
  }

  tryHedge(): boolean {
    return this.#budget.tryRetry();
  }

  /** @param durationMs Of a read that was given up for the second one: at least so long. */
  onEnd(durationMs: number): void {
    this.#durations.add(durationMs);
  }
}

/** Which of the two reads was answered with. */
export type HedgeWinner = 'first' | 'second';

/**
 * A read that is asked a second time when it takes longer than most: the first answer counts, the other read is ended.
 *
 * A failure counts only when there is nothing left to wait for.
 *
 * @param begin Begins a read, whose time is what is left after so many milliseconds. @throws when none may begin now.
 * @param onHedged Told when a second one was asked, and which of them counted.
 * @see https://research.google/pubs/the-tail-at-scale/
 */
export function startHedged(
  hedging: Hedging,
  begin: (elapsedMs: number) => Exchange,
  onHedged: (winner: HedgeWinner) => void,
): Exchange {
  const begun = performance.now();
  const elapsedMs = (): number => performance.now() - begun;
  const first = begin(0);
  hedging.onRead();
  const { delayMs } = hedging;
  if (delayMs === undefined) {
    first.response.then(
      () => {
        hedging.onEnd(elapsedMs());
      },
      () => undefined,
    );
    return first;
  }
  let second: Exchange | undefined;
  let isEnded = false;
  const response = new Promise<RawResponse>((resolve, reject) => {
    const inProgress = new Set<HedgeWinner>(['first']);
    const settle = (which: HedgeWinner, outcome: () => void): void => {
      if (isEnded) return;
      isEnded = true;
      clearTimeout(timer);
      if (second !== undefined) onHedged(which);
      (which === 'first' ? second : first)?.abort();
      outcome();
    };
    const follow = (which: HedgeWinner, exchange: Exchange): void => {
      exchange.response.then(
        (answer) => {
          inProgress.delete(which);
          if (!isEnded) hedging.onEnd(elapsedMs());
          if (answer.status < 500 || inProgress.size === 0)
            settle(which, () => {
              resolve(answer);
            });
        },
        (error: unknown) => {
          inProgress.delete(which);
          if (inProgress.size === 0)
            settle(which, () => {
              reject(error instanceof Error ? error : new Error(String(error)));
            });
        },
      );
    };
    const timer = setTimeout(() => {
      if (isEnded || inProgress.size === 0 || !hedging.tryHedge()) return;
      try {
        second = begin(elapsedMs());
      } catch {
        // Too much to do, or failing: no time for a second one.
        return;
      }
      inProgress.add('second');
      follow('second', second);
    }, delayMs);
    follow('first', first);
  });
  return {
    response,
    abort: () => {
      first.abort();
      second?.abort();
    },
  };
}
