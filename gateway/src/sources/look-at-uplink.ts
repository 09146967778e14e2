import { z } from 'zod';
import type { Look } from './remote-source.ts';

export interface UplinkOptions {
  /** `graph@variant` */
  readonly graphRef: string;
  readonly key: string;
  /** Asked in turn: the next one when one is away. */
  readonly endpoints: readonly string[];
  readonly timeoutMs: number;
}

const QUERY = `query SupergraphSdl($apiKey: String!, $ref: String!, $ifAfterId: ID) {
  routerConfig(ref: $ref, apiKey: $apiKey, ifAfterId: $ifAfterId) {
    __typename
    ... on RouterConfigResult { id supergraphSdl: supergraphSDL minDelaySeconds }
    ... on Unchanged { id minDelaySeconds }
    ... on FetchError { code message }
  }
}`;

const minDelaySeconds = z.number().min(0).optional();
const Answer = z.object({
  data: z.object({
    routerConfig: z.discriminatedUnion('__typename', [
      z.object({
        __typename: z.literal('RouterConfigResult'),
        id: z.string(),
        supergraphSdl: z.string(),
        minDelaySeconds,
      }),
      z.object({ __typename: z.literal('Unchanged'), minDelaySeconds }),
      z.object({ __typename: z.literal('FetchError'), code: z.string(), message: z.string() }),
    ]),
  }),
});

/**
 * Looks at the supergraph of a graph in a registry that speaks Uplink: ours, or GraphOS.
 *
 * @see https://www.apollographql.com/docs/graphos/routing/uplink
 */
export function lookAtUplink({ graphRef, key, endpoints, timeoutMs }: UplinkOptions): () => Promise<Look> {
  let lastId: string | null = null;
  let turn = 0;
  const ask = async (endpoint: string): Promise<Look> => {
    const variables = { ref: graphRef, apiKey: key, ifAfterId: lastId };
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'apollographql-client-name': 'tributary-gateway',
      },
      body: JSON.stringify({ query: QUERY, variables }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
    const answer = Answer.safeParse(await response.json());
    if (!answer.success) throw new Error('its answer is not one of Uplink');
    const { routerConfig: config } = answer.data.data;
    if (config.__typename === 'FetchError') throw new Error(`${config.code}: ${config.message}`);
    const minDelayMs = (config.minDelaySeconds ?? 0) * 1_000;
    if (config.__typename === 'Unchanged') return { content: undefined, minDelayMs };
    lastId = config.id;
    return { content: config.supergraphSdl, minDelayMs };
  };
  return async () => {
    let last: unknown;
    for (const _each of endpoints) {
      try {
        return await ask(endpoints[turn % endpoints.length] ?? '');
      } catch (error) {
        last = error;
        turn += 1;
      }
    }
    throw last;
  };
}
