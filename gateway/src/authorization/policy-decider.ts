import type { Logger } from '@tributary/service-kit';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import type { Caller } from '../auth/credentials.ts';

/** Says which policies let a caller through. */
export interface PolicyDecider {
  /** @returns Those of the policies that do; none when nobody can be asked. */
  decide(policies: readonly string[], caller: Caller): Promise<ReadonlySet<string>>;
}

export interface HttpPolicyDeciderOptions {
  /** Where decisions are made. */
  readonly url: string;
  /** Longest a decision may take, in milliseconds. */
  readonly timeoutMs: number;
  /** How long a decision holds for a caller, in milliseconds; 0: for one request. */
  readonly cacheMs: number;
  readonly logger: Logger;
}

/** The name that credentials for the decider are made out to, as for a subgraph. */
const AUDIENCE = 'policies';
const MAX_CALLERS = 10_000;
const NONE: ReadonlySet<string> = new Set();

const Decision = z.object({ granted: z.array(z.string()) });

/**
 * Asks a service of the company's own: `POST {"policies": [...], "permissions": [...]}`, with the credentials that
 * a subgraph gets; it answers `{"granted": [...]}`. What cannot be decided is not granted.
 */
export function createHttpPolicyDecider({
  url,
  timeoutMs,
  cacheMs,
  logger,
}: HttpPolicyDeciderOptions): PolicyDecider {
  const decisions =
    cacheMs === 0
      ? undefined
      : new LRUCache<string, Promise<ReadonlySet<string>>>({ max: MAX_CALLERS, ttl: cacheMs });

  const ask = async (policies: readonly string[], caller: Caller): Promise<ReadonlySet<string>> => {
    const authorization = await caller.authorizationFor(AUDIENCE);
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(authorization === undefined ? {} : { authorization }),
      },
      body: JSON.stringify({ policies, permissions: [...caller.permissions] }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
    const { granted } = Decision.parse(await response.json());
    return new Set(granted);
  };

  return {
    decide: async (policies, caller) => {
      const key = JSON.stringify([caller.key, policies]);
      let decision = decisions?.get(key);
      if (decision === undefined) {
        decision = ask(policies, caller);
        decisions?.set(key, decision);
      }
      try {
        return await decision;
      } catch (error) {
        // The next request asks again.
        if (decisions?.peek(key) === decision) decisions.delete(key);
        logger.error({ err: error, 'url.full': url }, 'policies not decided, they stay closed');
        return NONE;
      }
    },
  };
}
