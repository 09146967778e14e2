/**
 * A turn of the event loop that takes longer has more to do than it gets done. Shorter ones would do less of the work in a row:
 * with 1 ms the deep query of bench/ takes a quarter more of the processor, and 8 or 16 ms gain nothing beyond this.
 */
const BUSY_TURN_MS = 4;
/** A turn that takes less has found nothing to do. */
const IDLE_TURN_MS = 0.5;
/** Most requests that a turn begins before any was found short enough for more, or beyond `MANY`. */
const FIRST_SHARE = 8;
const MAX_SHARE = 1_024;
/** A line that is longer does not come of a busy moment. */
const LONG_LINE = 64;
/** In progress beside a long line: enough for the processor to have something to do while one of them waits for a subgraph. */
const MANY = 32;
/** Of a long line one in so many that begin is who has waited longest, the others are who came last. */
const OLDEST_EVERY = 4;

/**
 * Begins requests no faster than the process finishes them.
 *
 * A request in progress holds its half-made answer in memory. When there is more to do than the processor can, having
 * fifty of them in progress instead of five finishes none of them sooner, but makes everything slower: the collector
 * copies all that is alive, and nothing stays in the processor's caches. So once a turn of the event loop takes long,
 * requests that have not begun wait, and the next turn begins half as many as this one did; after a short turn, twice as
 * many. With time to spare nothing waits.
 *
 * After a stall thousands wait. In the order in which they came each would be late by all of it for as long as the line
 * lasts, copied by the collector and cold when it begins: twice the work, which at half of what the process can do is all
 * the time there is, so the line would last. So those who came last begin first, a few at a time, and are answered as
 * if there were no line; what time they leave is for the others. More begin only when a turn found nothing to do: those in
 * progress may be waiting for a subgraph that does not answer.
 *
 * Short turns are worth something by themselves: libuv accepts one new connection a turn.
 *
 * @see Maurer, Fail at Scale (ACM Queue 2015), on adaptive LIFO
 */
export class Admission {
  readonly #now: () => number;
  readonly #waiting: (() => void)[] = [];
  #lastTurn = 0;
  #share = FIRST_SHARE;
  #isScheduled = false;
  #inProgress = 0;
  /** Of long lines, so far. */
  #begun = 0;

  /** @param now Milliseconds that never go back. */
  constructor(now = (): number => performance.now()) {
    this.#now = now;
  }

  /** Does the work of a request when it may begin. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      return await work();
    } finally {
      this.#inProgress -= 1;
    }
  }

  #enter(): Promise<void> {
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
      const tookMs = now - this.#lastTurn;
      this.#lastTurn = now;
      this.#share =
        tookMs > BUSY_TURN_MS ? Math.max(1, this.#share >> 1) : Math.min(MAX_SHARE, this.#share * 2);
      if (this.#waiting.length > LONG_LINE) {
        const room = Math.max(tookMs < IDLE_TURN_MS ? FIRST_SHARE : 0, MANY - this.#inProgress);
        this.#beginOfLongLine(Math.min(this.#share, room));
      } else {
        const begun = this.#waiting.splice(0, this.#share);
        this.#inProgress += begun.length;
        for (const begin of begun) begin();
      }
      this.#isScheduled = false;
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #beginOfLongLine(count: number): void {
    this.#inProgress += count;
    for (let left = count; left > 0; left -= 1) {
      this.#begun += 1;
      const begin = this.#begun % OLDEST_EVERY === 0 ? this.#waiting.shift() : this.#waiting.pop();
      begin?.();
    }
  }
}
