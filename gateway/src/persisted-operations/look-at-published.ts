import * as z from 'zod';
import { uplinkClient, type UplinkOptions } from '../sources/ask-uplink.ts';
import type { Look } from '../sources/remote-source.ts';
import { minDelaySeconds, NOTHING_NEW, readUplink } from '../sources/uplink-answer.ts';

const QUERY = `query PersistedQueriesManifest($apiKey: String!, $ref: String!, $ifAfterId: ID) {
  persistedQueries(ref: $ref, apiKey: $apiKey, ifAfterId: $ifAfterId) {
    __typename
    ... on PersistedQueriesResult { id minDelaySeconds chunks { id urls } }
    ... on Unchanged { id minDelaySeconds }
    ... on FetchError { code message }
  }
}`;

const Answer = z
  .object({
    data: z.object({
      persistedQueries: z.discriminatedUnion('__typename', [
        z.object({
          __typename: z.literal('PersistedQueriesResult'),
          id: z.string(),
          minDelaySeconds,
          chunks: z.array(z.object({ urls: z.array(z.url({ protocol: /^https?$/ })).min(1) })).nullable(),
        }),
        ...NOTHING_NEW,
      ]),
    }),
  })
  .transform(({ data }) => data.persistedQueries);

const Chunk = z.object({ operations: z.array(z.unknown()) });

/** Looks at the operations that were published to a registry for a graph: as one manifest, whatever pieces it comes in. */
export function lookAtPublished(options: UplinkOptions): () => Promise<Look> {
  const ask = uplinkClient(options);
  let lastId: string | null = null;
  return async () => {
    const list = await ask({
      query: QUERY,
      ifAfterId: lastId,
      read: (answer) => readUplink(Answer, answer),
    });
    const minDelayMs = (list.minDelaySeconds ?? 0) * 1_000;
    if (list.__typename === 'Unchanged') return { content: undefined, minDelayMs };
    const chunks = await Promise.all(
      (list.chunks ?? []).map(async ({ urls }) => Chunk.parse(await fetchAny(urls, options.timeoutMs))),
    );
    lastId = list.id;
    const operations = chunks.flatMap((chunk) => chunk.operations);
    const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations };
    return { content: JSON.stringify(manifest), minDelayMs };
  };
}

/** @throws what the last of them threw. */
async function fetchAny(urls: readonly string[], timeoutMs: number): Promise<unknown> {
  let last: unknown;
  for (const url of urls) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
      if (!response.ok) throw new Error(`HTTP status ${response.status} of ${new URL(url).origin}`);
      return await response.json();
    } catch (error) {
      last = error;
    }
  }
  throw last;
}
