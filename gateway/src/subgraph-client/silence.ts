import { RecentDurations } from './recent-durations.ts';

export interface SilenceOptions {
  /** Fewer that wait say nothing. */
  readonly minRequests: number;
  /** Longest that so many may wait while none is answered, in milliseconds, unless this subgraph takes long as a rule. */
  readonly maxSilenceMs: number;
}

/** What nearly all take is no silence, and neither is four times that: a pause of the collector, a lost packet. */
const PERCENTILE = 99;
const TOLERANCE = 4;
/** Of the longest silence: after so much of it, whoever comes waits to see how it ends. */
const DOUBT = 0.2;

/**
 * Whether many requests wait for a subgraph, and none has been answered for longer than it takes as a rule.
 *
 * It tells long before the first of them has timed out, and by then it would be too late: what waits is alive, so each run of the
 * collector copies it, and a thousand that fail at once take a while to be answered.
 */
export class Silence {
  readonly #options: SilenceOptions;
  readonly #now: () => number;
  readonly #durations = new RecentDurations(PERCENTILE);
  #inProgress = 0;
  /** Since when that many wait with no answer; undefined: fewer do. */
  #since: number | undefined;
  /** The same of a silence that was found too long, and that was so still when all that had arrived was read. */
  #suspected: number | undefined;
  #confirmed: number | undefined;

  /** @param now Milliseconds that never go back. */
  constructor(options: SilenceOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  /** Nothing is, before it is known how long requests take. */
  get isTooLong(): boolean {
    const usualMs = this.#durations.quantileMs;
    if (this.#since === undefined || usualMs === undefined) return false;
    if (this.#now() - this.#since <= Math.max(this.#options.maxSilenceMs, usualMs * TOLERANCE)) return false;
    this.#confirm(this.#since);
    return this.#confirmed === this.#since;
  }

  /** Whether it is longer than nearly all take; nothing is, before it is known how long that is. */
  get isDoubtful(): boolean {
    const usualMs = this.#durations.quantileMs;
    if (this.#since === undefined || usualMs === undefined) return false;
    return this.#now() - this.#since > Math.max(this.#options.maxSilenceMs * DOUBT, usualMs);
  }

  /** It may be this process that stood still: answers that came meanwhile are read in this turn of the event loop. */
  #confirm(since: number): void {
    if (this.#suspected === since) return;
    this.#suspected = since;
    setImmediate(() => {
      if (this.#since === since) this.#confirmed = since;
    });
  }

  /** @returns when it began, to be handed to `end`. */
  begin(): number {
    const now = this.#now();
    this.#inProgress += 1;
    if (this.#inProgress === this.#options.minRequests) this.#since = now;
    return now;
  }

  /** @param isAnswered Not when it has timed out, was given up, or had no connection. */
  end(begun: number, isAnswered: boolean): void {
    this.#inProgress -= 1;
    if (isAnswered) this.#durations.add(this.#now() - begun);
    if (this.#inProgress < this.#options.minRequests) this.#since = undefined;
    else if (isAnswered) this.#since = this.#now();
  }
}
