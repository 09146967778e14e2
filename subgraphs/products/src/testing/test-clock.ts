export interface TestClock {
  readonly now: () => Date;
  /** Lets time pass for the service; stores keep their own. */
  advance(ms: number): void;
}

/** The real time plus what a test added to it: records made in a row still get different times. */
export function createTestClock(): TestClock {
  let addedMs = 0;
  return {
    now: () => new Date(Date.now() + addedMs),
    advance: (ms) => {
      addedMs += ms;
    },
  };
}
