import { buildConnector, Pool } from 'undici';
import { directConnector } from './direct-connector.ts';

/** Requests on their way to a subgraph: more wait in line. Enough to keep a subgraph busy, too few to drown it. */
const MAX_ON_THEIR_WAY = 256;

/** PEM texts, by Node.js' names; another object each time that they have changed. */
export type TlsOf = (
  subgraph: string,
) => { readonly ca?: string; readonly cert?: string; readonly key?: string } | undefined;

/** Where a subgraph is reached. */
export interface Target {
  readonly pool: Pool;
  readonly path: string;
}

export interface SubgraphConnections {
  /** @param pipelining Most requests in progress on one connection (RFC 9112, 9.3.2); more than 1 only for reads. */
  targetOf(url: string, subgraph: string, pipelining: number): Target;
  /** Closes every socket; the gateway has answered its last request by then. */
  close(): Promise<void>;
}

/**
 * One pool of kept-alive connections per subgraph address, for the life of the process: a new supergraph that
 * leaves a subgraph where it was goes on with its connections.
 *
 * How long an idle socket lives follows the server's Keep-Alive header, minus a second, so that it is closed
 * here first: a request on a socket the server is just closing would fail.
 *
 * @param tlsOf Whom connections to a subgraph trust, and what they show; undefined: nothing is said of any.
 */
export function createConnections(tlsOf?: TlsOf): SubgraphConnections {
  const pools = new Map<string, Pool>();
  const targets = new Map<string, Target>();
  const secured = tlsOf && new SecuredTargets(tlsOf);
  return {
    targetOf: (url, subgraph, pipelining) => {
      const key = `${pipelining} ${url}`;
      let target = secured?.of(url, subgraph, pipelining) ?? targets.get(key);
      if (target === undefined) {
        const { origin, pathname, search } = new URL(url);
        const poolKey = `${pipelining} ${origin}`;
        let pool = pools.get(poolKey);
        if (pool === undefined) pools.set(poolKey, (pool = openPool(origin, {}, pipelining)));
        targets.set(key, (target = { pool, path: `${pathname}${search}` }));
      }
      return target;
    },
    close: async () => {
      await Promise.all([...pools.values(), ...(secured?.pools ?? [])].map((pool) => pool.destroy()));
    },
  };
}

interface SecuredTarget extends Target {
  readonly tls: ReturnType<TlsOf>;
}

/** Connections that have something of one subgraph to show, or to trust, are for it alone. */
class SecuredTargets {
  /** Those that are left, too, until their last request is answered. */
  readonly pools = new Set<Pool>();
  readonly #tlsOf: TlsOf;
  readonly #targets = new Map<string, SecuredTarget>();

  constructor(tlsOf: TlsOf) {
    this.#tlsOf = tlsOf;
  }

  /** @returns undefined when nothing is said of its TLS. */
  of(url: string, subgraph: string, pipelining: number): Target | undefined {
    const tls = this.#tlsOf(subgraph);
    if (tls === undefined || !url.startsWith('https:')) return undefined;
    const key = `${pipelining} ${subgraph} ${url}`;
    const known = this.#targets.get(key);
    if (known?.tls === tls) return known;
    // Renewed: what was signed before is shown no more.
    if (known !== undefined) void known.pool.close().finally(() => this.pools.delete(known.pool));
    const { origin, pathname, search } = new URL(url);
    const pool = openPool(origin, tls, pipelining);
    this.pools.add(pool);
    const target = { pool, path: `${pathname}${search}`, tls };
    this.#targets.set(key, target);
    return target;
  }
}

function openPool(origin: string, tls: NonNullable<ReturnType<TlsOf>>, pipelining: number): Pool {
  const connections = Math.ceil(MAX_ON_THEIR_WAY / pipelining);
  if (!origin.startsWith('https:'))
    return new Pool(origin, { connections, pipelining, connect: directConnector });
  const connector = buildConnector({ ...tls });
  return new Pool(origin, {
    connections,
    pipelining,
    // With TLS 1.3 a certificate is refused after the handshake; undici would only see that the connection ended.
    connect: (options, callback) => {
      connector(options, (...connected) => {
        const [, socket] = connected;
        socket?.once('error', (error: Error) => socket.destroy(error));
        callback(...connected);
      });
    },
  });
}
