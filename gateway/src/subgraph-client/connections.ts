import { Pool } from 'undici';

/** Sockets per subgraph: more wait in line. Enough to keep a subgraph busy, too few to drown it. */
const MAX_SOCKETS = 256;

/** Where a subgraph is reached. */
export interface Target {
  readonly pool: Pool;
  readonly path: string;
}

export interface SubgraphConnections {
  targetOf(url: string): Target;
  /** Closes every socket; the gateway has answered its last request by then. */
  close(): Promise<void>;
}

/**
 * One pool of kept-alive connections per subgraph address, for the life of the process: a new supergraph that
 * leaves a subgraph where it was goes on with its connections.
 *
 * How long an idle socket lives follows the server's Keep-Alive header, minus a second, so that it is closed
 * here first: a request on a socket the server is just closing would fail.
 */
export function createConnections(): SubgraphConnections {
  const pools = new Map<string, Pool>();
  const targets = new Map<string, Target>();
  return {
    targetOf: (url) => {
      let target = targets.get(url);
      if (target === undefined) {
        const { origin, pathname, search } = new URL(url);
        let pool = pools.get(origin);
        if (pool === undefined) pools.set(origin, (pool = new Pool(origin, { connections: MAX_SOCKETS })));
        targets.set(url, (target = { pool, path: `${pathname}${search}` }));
      }
      return target;
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}
