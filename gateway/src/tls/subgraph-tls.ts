import type { Logger } from '@tributary/service-kit';
import {
  openTlsMaterial,
  type TlsMaterial,
  type TlsMaterialSource,
  type TlsSources,
} from './tls-material.ts';

export interface SubgraphTlsSources {
  /** Of subgraphs that `subgraphs` does not name; undefined: as Node.js does it. */
  readonly all: TlsSources | undefined;
  readonly subgraphs: ReadonlyMap<string, TlsSources>;
}

/** How subgraphs are known, and how they know the gateway. */
export interface SubgraphTls {
  of(subgraph: string): TlsMaterial | undefined;
  stop(): void;
}

/** @throws StartupError when a file cannot be read or used; nothing is left open then. */
export async function openSubgraphTls(
  { all, subgraphs }: SubgraphTlsSources,
  logger: Logger,
): Promise<SubgraphTls> {
  const opened: TlsMaterialSource[] = [];
  const stop = (): void => {
    for (const source of opened) source.stop();
  };
  const open = async (sources: TlsSources): Promise<TlsMaterialSource> => {
    const source = await openTlsMaterial({ sources, logger });
    opened.push(source);
    return source;
  };
  try {
    const forAll = all && (await open(all));
    const named = new Map<string, TlsMaterialSource>();
    for (const [subgraph, sources] of subgraphs) named.set(subgraph, await open(sources));
    return { of: (subgraph) => (named.get(subgraph) ?? forAll)?.current, stop };
  } catch (error) {
    stop();
    throw error;
  }
}
