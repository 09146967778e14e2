import { setTimeout as delay } from 'node:timers/promises';
import type { Outages } from './outages.ts';
import type { Random } from './random.ts';
import type { SubgraphName } from './graph/subgraphs.ts';
import type { SubgraphProcess } from './start-subgraph.ts';

/** From kill to kill: long enough that most requests have to be right without any excuse. */
const INTERVAL_MS = 4_000;
const MIN_AWAY_MS = 200;
const MAX_AWAY_MS = 1_200;

export interface KillOptions {
  readonly outages: Outages;
  readonly random: Random;
  /** Resolves when clients get what the subgraph supplies; rejects when they do not for too long. */
  readonly untilServed: (subgraph: SubgraphName) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Kills one subgraph after the other, in an order that differs each round, and starts it again after a while;
 * until `signal`, when all are there again.
 *
 * @returns How often each was killed.
 * @throws Error when a subgraph is there again, and the gateway does not ask it.
 */
export async function killSubgraphs(
  subgraphs: readonly SubgraphProcess[],
  { outages, random, untilServed, signal }: KillOptions,
): Promise<ReadonlyMap<string, number>> {
  const kills = new Map<string, number>();
  let round: SubgraphProcess[] = [];
  for (;;) {
    await delay(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return kills;
    if (round.length === 0) round = [...subgraphs];
    const [victim] = round.splice(random(round.length), 1);
    if (victim === undefined) return kills;
    const end = outages.begin(victim.name, performance.now());
    await victim.kill();
    await delay(MIN_AWAY_MS + random(MAX_AWAY_MS - MIN_AWAY_MS));
    await victim.restart();
    await untilServed(victim.name);
    end(performance.now());
    kills.set(victim.name, (kills.get(victim.name) ?? 0) + 1);
  }
}
