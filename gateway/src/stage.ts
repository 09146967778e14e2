/**
 * One stage of requests' way, which those that have come to it take in a row.
 *
 * The code of the whole way, and of Node.js and the kernel below it, is more than a processor's caches hold. A request
 * that is led from one end to the other finds each stage cold; in a row, all but the first find it warm.
 *
 * @see Larus and Parkes, Using Cohort Scheduling to Enhance Server Performance (USENIX 2002)
 */
export class Stage {
  readonly #schedule: (run: () => void) => void;
  readonly #waiting: (() => void)[] = [];

  /** @param schedule When a row begins, seen from the first who comes; those who come until then are in it. */
  constructor(schedule: (run: () => void) => void) {
    this.#schedule = schedule;
  }

  /** @param work Called once, in turn; it must not throw. */
  enter(work: () => void): void {
    if (this.#waiting.push(work) === 1) this.#schedule(this.#run);
  }

  /** Resolves in turn: what follows it is done in a row, too. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.enter(resolve);
    });
  }

  readonly #run = (): void => {
    // V8 may have moved the array to its old generation while nobody came: another in its place would leave it what it
    // holds, and with it these requests, until that is collected.
    for (const work of this.#waiting.splice(0)) work();
  };
}

/** Once the event loop has taken in all that was there to read. */
export const whenAllIsRead = (run: () => void): void => {
  setImmediate(run);
};

/** Once everything has been done that can be done without waiting. */
export const whenAllIsDone = (run: () => void): void => {
  process.nextTick(run);
};
