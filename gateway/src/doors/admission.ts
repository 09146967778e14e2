/**
 * A turn of the event loop that takes longer has more to do than it gets done. Shorter ones would do less of the work in a row:
 * with 1 ms the deep query of bench/ takes a quarter more of the processor, and 8 or 16 ms gain nothing beyond this.
 */
const BUSY_TURN_MS = 4;
/** Most requests that a turn begins before any was found short enough for more. */
const FIRST_SHARE = 8;
const MAX_SHARE = 1_024;

/**
 * Begins requests no faster than the process finishes them.
 *
 * A request in progress holds its half-made answer in memory. When there is more to do than the processor can, having
 * fifty of them in progress instead of five finishes none of them sooner, but makes everything slower: the collector
 * copies all that is alive, and nothing stays in the processor's caches. So once a turn of the event loop takes long,
 * requests that have not begun wait, and the next turn begins half as many as this one did; after a short turn, twice as
 * many. With time to spare nothing waits.
 *
 * Short turns are worth something by themselves: libuv accepts one new connection a turn.
 */
export class Admission {
  readonly #now: () => number;
  readonly #waiting: (() => void)[] = [];
  #lastTurn = 0;
  #share = FIRST_SHARE;
  #isScheduled = false;

  /** @param now Milliseconds that never go back. */
  constructor(now = (): number => performance.now()) {
    this.#now = now;
  }

  /** Resolves when the request may begin. */
  enter(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (!this.#isScheduled) {
        this.#lastTurn = this.#now();
        this.#schedule();
      }
    });
  }

  #schedule(): void {
    this.#isScheduled = true;
    setImmediate(() => {
      const now = this.#now();
      const isBusy = now - this.#lastTurn > BUSY_TURN_MS;
      this.#lastTurn = now;
      this.#share = isBusy ? Math.max(1, this.#share >> 1) : Math.min(MAX_SHARE, this.#share * 2);
      for (const begin of this.#waiting.splice(0, this.#share)) begin();
      this.#isScheduled = false;
      if (this.#waiting.length > 0) this.#schedule();
    });
  }
}
