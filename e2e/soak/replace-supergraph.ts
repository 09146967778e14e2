import { rename, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Supergraphs } from './graph/supergraphs.ts';

const INTERVAL_MS = 1_000;

/** Whole or not at all: a reader never sees half of it. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

/**
 * Replaces the supergraph every second by the other one, until `signal`.
 *
 * @returns How often.
 */
export async function replaceSupergraph(
  path: string,
  { plain, withStock }: Supergraphs,
  signal: AbortSignal,
): Promise<number> {
  const startedAt = performance.now();
  let count = 0;
  for (;;) {
    // To the beat of the clock: what writing takes is not added to each interval.
    const wait = startedAt + (count + 1) * INTERVAL_MS - performance.now();
    await delay(Math.max(0, wait), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return count;
    count += 1;
    await replaceFile(path, count % 2 === 1 ? withStock : plain);
  }
}
