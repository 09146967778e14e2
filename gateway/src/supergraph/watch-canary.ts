import type { Objection } from './canary-evidence.ts';
import type { Canary } from './canary.ts';

/** Often enough that what is wrong is over within a second of its being certain. */
const LOOK_EVERY_MS = 250;

/** How a canary may end by itself. */
export interface CanaryEnds {
  readonly onTime: () => void;
  readonly onObjection: (objection: Objection) => void;
}

/** Watches a canary until it ends. @returns What stops that. */
export function watchCanary(
  canary: Canary,
  durationMs: number,
  { onTime, onObjection }: CanaryEnds,
): () => void {
  const looking = setInterval(() => {
    const { objection } = canary;
    if (objection !== undefined) {
      clearInterval(looking);
      onObjection(objection);
    } else if (Date.now() - canary.startedAt >= durationMs) {
      clearInterval(looking);
      onTime();
    }
  }, LOOK_EVERY_MS).unref();
  return () => {
    clearInterval(looking);
  };
}
