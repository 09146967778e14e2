import type { Throttle } from '../domain/limits.ts';

/** Counts attempts, for all instances together and over restarts. */
export interface ThrottleStore {
  /**
   * Counts an attempt under each key in turn, until one refuses; what was counted before that stays counted.
   *
   * @returns seconds to wait, or undefined when the attempt may go on.
   */
  admit(throttles: readonly Throttle[], now: Date): Promise<number | undefined>;
  /** Takes back what `admit` counted, for an attempt that turned out well. */
  takeBack(throttle: Throttle): Promise<void>;
  forget(throttle: Throttle): Promise<void>;
  /** Deletes what has not been counted on since `before`. */
  purge(before: Date): Promise<void>;
}
