import { StoreUnavailableError } from '@tributary/subgraph-kit';
import { setTimeout as delay } from 'node:timers/promises';
import { findProblem, hasWaited, isConnectionLoss } from './mongo-errors.ts';

const NAME = 'MongoDB';
const ATTEMPTS = 3;
const RETRY_DELAY_MS = 50;
const PATIENT_ATTEMPTS = 60;
const PATIENT_DELAY_MS = 1_000;

type Methods<T> = {
  readonly [K in keyof T]: T[K] extends (...args: never[]) => Promise<unknown> ? T[K] : never;
};

/**
 * The same store, whose methods run again when the connection breaks under them. Right only because every
 * method is idempotent as a whole. A store that cannot be reached at all, or refuses for want of room, becomes a
 * StoreUnavailableError.
 */
export function withRetry<T extends Methods<T>>(store: T): T {
  const methods = Object.entries(store) as [string, (...args: unknown[]) => Promise<unknown>][];
  return Object.fromEntries(
    methods.map(([name, method]) => [name, (...args: unknown[]) => attempt(() => method(...args))]),
  ) as unknown as T;
}

/**
 * For work that nobody waits for: runs it again, once a second, while the store is away, for a minute at most.
 * Right only for what is idempotent as a whole.
 */
export async function withPatience<R>(run: () => Promise<R>): Promise<R> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run();
    } catch (error) {
      if (!isConnectionLoss(error) || tries >= PATIENT_ATTEMPTS) throw error;
      await delay(PATIENT_DELAY_MS);
    }
  }
}

async function attempt<R>(run: () => Promise<R>): Promise<R> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run();
    } catch (error) {
      const problem = findProblem(error);
      if (problem !== undefined) throw new StoreUnavailableError(NAME, problem, error);
      if (!isConnectionLoss(error)) throw error;
      if (hasWaited(error) || tries >= ATTEMPTS) throw new StoreUnavailableError(NAME, 'unreachable', error);
      await delay(RETRY_DELAY_MS * tries);
    }
  }
}
