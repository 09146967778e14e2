import type { SubgraphName } from './graph/subgraphs.ts';

/**
 * How long after a subgraph accepts again a request may still suffer: its fetch failed before, and it was answered,
 * or joined an equal request that was, on a busy machine.
 */
const GRACE_MS = 1_500;

interface Outage {
  readonly subgraph: SubgraphName;
  readonly fromMs: number;
  untilMs: number;
}

/** When which subgraph could not be asked, on the clock of performance.now(). */
export class Outages {
  readonly #outages: Outage[] = [];

  /** Called just before a subgraph is killed; what is returned, once it accepts again. */
  begin(subgraph: SubgraphName, nowMs: number): (nowMs: number) => void {
    const outage: Outage = { subgraph, fromMs: nowMs, untilMs: Infinity };
    this.#outages.push(outage);
    return (acceptsMs) => {
      outage.untilMs = acceptsMs + GRACE_MS;
    };
  }

  /** Those that a request may have missed. */
  during(startMs: number, endMs: number): ReadonlySet<string> {
    return new Set(
      this.#outages
        .filter(({ fromMs, untilMs }) => fromMs <= endMs && untilMs >= startMs)
        .map(({ subgraph }) => subgraph),
    );
  }
}
