/** A turn of the event loop that takes longer has more to do than it gets done. */
const BUSY_TURN_MS = 1;

/**
 * Begins requests no faster than the process finishes them.
 *
 * A request in progress holds its half-made answer in memory. When there is more to do than the processor can, having
 * fifty of them in progress instead of five finishes none of them sooner, but makes everything slower: the collector
 * copies all that is alive, and nothing stays in the processor's caches. So once a turn of the event loop takes long,
 * requests that have not begun wait, and begin one a turn. With time to spare nothing waits.
 */
export class Admission {
  readonly #waiting: (() => void)[] = [];
  #lastTurn = 0;
  #isScheduled = false;

  /** Resolves when the request may begin. */
  enter(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (!this.#isScheduled) {
        this.#lastTurn = performance.now();
        this.#schedule();
      }
    });
  }

  #schedule(): void {
    this.#isScheduled = true;
    setImmediate(() => {
      const now = performance.now();
      const isBusy = now - this.#lastTurn > BUSY_TURN_MS;
      this.#lastTurn = now;
      for (const begin of this.#waiting.splice(0, isBusy ? 1 : this.#waiting.length)) begin();
      this.#isScheduled = false;
      if (this.#waiting.length > 0) this.#schedule();
    });
  }
}
