import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 collect garbage as suits a process whose objects live for one request. Called before any code is hot.
 *
 * By itself V8 creates those in the old generation (pretenures them) whose kind has outlived collections lately. One
 * subgraph that is late teaches it so: requests wait, and what they hold outlives collections. From then on each request
 * has parts there, which are collected only with all of it, and until then keep the rest of the request. It stays so
 * when the subgraph answers again: every collection of the young generation takes four to six times as long.
 *
 * And it marks the old generation with a thread of its own, which takes its time from requests when there is no
 * processor for it.
 *
 * @param processes How many of these share the processors.
 */
export function tuneCollector(processes: number): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
  if (availableParallelism() <= processes) setFlagsFromString('--no-concurrent-marking');
}
