import type { Contestant } from '../contestants/contestant.ts';
import type { Bench } from './bench.ts';
import { startGateway, type GatewayOptions, type RunningGateway } from './start-gateway.ts';
import { startSubgraphs, type Subgraphs } from './start-subgraphs.ts';

export interface SystemOptions extends GatewayOptions {
  /** How much longer every subgraph takes for an answer. */
  readonly subgraphDelayMs?: number;
}

/** Fresh subgraphs and a fresh gateway for as long as they are used. */
export async function withSystem<T>(
  bench: Bench,
  contestant: Contestant,
  { subgraphDelayMs = 0, ...options }: SystemOptions,
  use: (system: { readonly gateway: RunningGateway; readonly subgraphs: Subgraphs }) => Promise<T>,
): Promise<T> {
  const subgraphs = await startSubgraphs(bench, subgraphDelayMs);
  try {
    const gateway = await startGateway(bench, contestant, options);
    try {
      return await use({ gateway, subgraphs });
    } finally {
      await gateway.stop();
    }
  } finally {
    await subgraphs.stop();
  }
}
