import { setTimeout as delay } from 'node:timers/promises';
import { ask } from './ask.ts';
import type { SubgraphName } from './graph/subgraphs.ts';

/** Far more than an open circuit and a busy machine take together. */
const TIMEOUT_MS = 20_000;
const INTERVAL_MS = 50;

/** Fields that nobody else supplies; those of stock are there in every second supergraph only. */
const QUERIES: Readonly<Record<SubgraphName, string>> = {
  accounts: '{ users { name } }',
  catalog: '{ products(first: 1) { title } }',
  reviews: '{ products(first: 1) { reviews { stars } } }',
  stock: '{ products(first: 1) { inStock } }',
};

/**
 * Asks the gateway for what a subgraph supplies until it has it.
 *
 * @throws Error when it does not get it, though the subgraph is there.
 */
export async function untilServed(gatewayUrl: string, subgraph: SubgraphName): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const { status, body } = await ask(gatewayUrl, { query: QUERIES[subgraph], variables: {} });
    if (status === 200 && !('errors' in (body as object))) return;
    if (performance.now() - startedAt > TIMEOUT_MS)
      throw new Error(
        `${subgraph} has been there for ${TIMEOUT_MS / 1_000} s, and the gateway still answers: ${JSON.stringify(body)}`,
      );
    await delay(INTERVAL_MS);
  }
}
