const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** Ends something that was begun; waits for a start that is still under way. */
export type Release = (work: () => unknown) => void;

/**
 * Runs `main` to its end, and then what it handed to `release`, the last first: also when it failed, and when a signal
 * ended it. A database that is left to run would be in the way of what is measured next.
 */
export async function runBench(main: (release: Release) => Promise<void>): Promise<void> {
  const releases: (() => unknown)[] = [];
  let exitCode: number | undefined;
  const stopped = new Promise<void>((resolve) => {
    for (const [signal, code] of Object.entries(SIGNALS)) {
      process.once(signal, () => {
        exitCode = code;
        resolve();
      });
    }
  });
  try {
    await Promise.race([main((work) => void releases.push(work)), stopped]);
  } finally {
    // What was being measured now fails, at places where nobody waits for it any more.
    if (exitCode !== undefined) process.on('unhandledRejection', () => undefined);
    for (const work of releases.reverse()) await work();
  }
  if (exitCode !== undefined) process.exit(exitCode);
}
