/** One thing a process needs before it can answer; resolves when it is there, rejects with the reason when not. */
export interface ReadinessCheck {
  readonly name: string;
  check(signal: AbortSignal): Promise<void>;
}

export interface ReadinessReport {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, 'ok' | 'failing'>>;
}

/** A load balancer asks every few seconds; a check that hangs must not pile up behind it. */
const CHECK_TIMEOUT_MS = 2_000;

/** Runs every check at once. Reasons are for the log, not for the report: it is readable by anybody who can connect. */
export async function checkReadiness(
  checks: readonly ReadinessCheck[],
  onFailure: (name: string, reason: unknown) => void,
): Promise<ReadinessReport> {
  const outcomes = await Promise.all(
    checks.map(async ({ name, check }) => {
      try {
        const signal = AbortSignal.timeout(CHECK_TIMEOUT_MS);
        await Promise.race([check(signal), rejectWhenAborted(signal)]);
        return [name, 'ok'] as const;
      } catch (reason) {
        onFailure(name, reason);
        return [name, 'failing'] as const;
      }
    }),
  );
  return { ready: outcomes.every(([, state]) => state === 'ok'), checks: Object.fromEntries(outcomes) };
}

function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`));
    });
  });
}
