import * as z from 'zod';
import { uplinkClient, type UplinkOptions } from './ask-uplink.ts';
import type { Look } from './remote-source.ts';
import { minDelaySeconds, NOTHING_NEW, readUplink } from './uplink-answer.ts';

const QUERY = `query SupergraphSdl($apiKey: String!, $ref: String!, $ifAfterId: ID) {
  routerConfig(ref: $ref, apiKey: $apiKey, ifAfterId: $ifAfterId) {
    __typename
    ... on RouterConfigResult { id supergraphSdl: supergraphSDL minDelaySeconds }
    ... on Unchanged { id minDelaySeconds }
    ... on FetchError { code message }
  }
}`;

const Answer = z
  .object({
    data: z.object({
      routerConfig: z.discriminatedUnion('__typename', [
        z.object({
          __typename: z.literal('RouterConfigResult'),
          id: z.string(),
          supergraphSdl: z.string(),
          minDelaySeconds,
        }),
        ...NOTHING_NEW,
      ]),
    }),
  })
  .transform(({ data }) => data.routerConfig);

/** Looks at the supergraph of a graph in a registry that speaks Uplink. */
export function lookAtUplink(options: UplinkOptions): () => Promise<Look> {
  const ask = uplinkClient(options);
  let lastId: string | null = null;
  return async () => {
    const config = await ask({
      query: QUERY,
      ifAfterId: lastId,
      read: (answer) => readUplink(Answer, answer),
    });
    const minDelayMs = (config.minDelaySeconds ?? 0) * 1_000;
    if (config.__typename === 'Unchanged') return { content: undefined, minDelayMs };
    lastId = config.id;
    return { content: config.supergraphSdl, minDelayMs };
  };
}
