import { rename, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Supergraphs } from './graph/supergraphs.ts';

const INTERVAL_MS = 1_000;

/** Whole or not at all: a reader never sees half of it. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

export interface ReplaceOptions {
  readonly path: string;
  readonly supergraphs: Supergraphs;
  /** Resolves when the gateway has taken so many; rejects when it does not for too long. */
  readonly untilTaken: (count: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Replaces the supergraph by the other one every second, or as soon as the gateway has taken the last one where that
 * takes it longer, until `signal`: on a slow machine there are fewer, and each counts. The last one has stock.
 *
 * @returns How often.
 * @throws Error when one is not taken.
 */
export async function replaceSupergraph({
  path,
  supergraphs: { plain, withStock },
  untilTaken,
  signal,
}: ReplaceOptions): Promise<number> {
  for (let count = 0; ; count += 1) {
    const next = performance.now() + INTERVAL_MS;
    await untilTaken(count);
    await delay(Math.max(0, next - performance.now()), undefined, { signal }).catch(() => undefined);
    // Whoever waits for stock to be served waits until it can be.
    const hasStock = count % 2 === 1;
    if (signal.aborted && hasStock) return count;
    await replaceFile(path, hasStock ? plain : withStock);
  }
}
