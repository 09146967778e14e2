import type { SubgraphName } from './graph/subgraphs.ts';

/**
 * How long after a client was served by a subgraph again another may still suffer: it joined an equal request whose
 * fetch had failed before, on a busy machine.
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

  /** Called just before a subgraph is killed; what is returned, once a client was served by it again. */
  begin(subgraph: SubgraphName, nowMs: number): (nowMs: number) => void {
    const outage: Outage = { subgraph, fromMs: nowMs, untilMs: Infinity };
    this.#outages.push(outage);
    return (servedMs) => {
      outage.untilMs = servedMs + GRACE_MS;
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
