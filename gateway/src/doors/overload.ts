export interface OverloadLimits {
  /** Most requests in progress. */
  readonly maxConcurrent: number;
  /** Longest that what is due may have to wait for its turn, on average over a second, in milliseconds. */
  readonly maxDelayMs: number;
}

/** Why a request is not taken. */
export type OverloadReason = 'concurrency' | 'event_loop_delay';

const SAMPLE_MS = 100;
const SAMPLES = 10;

/**
 * Refuses requests while the process has more to do than it can: those it has are answered in time then, and a balancer takes the
 * others elsewhere. Taking all of them would answer none.
 */
export class Overload {
  readonly #limits: OverloadLimits;
  readonly #timer: NodeJS.Timeout;
  #inProgress = 0;
  #delays: number[] = [];

  constructor(limits: OverloadLimits) {
    this.#limits = limits;
    let due = performance.now() + SAMPLE_MS;
    this.#timer = setInterval(() => {
      const now = performance.now();
      this.#delays = [...this.#delays, Math.max(0, now - due)].slice(-SAMPLES);
      due = now + SAMPLE_MS;
    }, SAMPLE_MS).unref();
  }

  /** @returns Why it is not taken; undefined: it is, and `leave` is called when it is over. */
  tryEnter(): OverloadReason | undefined {
    if (this.#inProgress >= this.#limits.maxConcurrent) return 'concurrency';
    const total = this.#delays.reduce((sum, delay) => sum + delay, 0);
    if (total > this.#limits.maxDelayMs * SAMPLES) return 'event_loop_delay';
    this.#inProgress += 1;
    return undefined;
  }

  leave(): void {
    this.#inProgress -= 1;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
