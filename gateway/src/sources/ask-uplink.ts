export interface UplinkOptions {
  /** `graph@variant` */
  readonly graphRef: string;
  readonly key: string;
  /** Asked in turn: the next one when one is away. */
  readonly endpoints: readonly string[];
  readonly timeoutMs: number;
}

export interface UplinkQuestion<T> {
  /** Takes `$ref`, `$apiKey` and `$ifAfterId`. */
  readonly query: string;
  /** What is known already; null: nothing. */
  readonly ifAfterId: string | null;
  /** @throws when the answer is none that helps: the next endpoint may have one. */
  readonly read: (answer: unknown) => T;
}

/**
 * Asks a registry that speaks Uplink: ours, or GraphOS.
 *
 * @returns What asks; it throws what the last endpoint that was asked threw.
 * @see https://www.apollographql.com/docs/graphos/routing/uplink
 */
export function uplinkClient({ graphRef, key, endpoints, timeoutMs }: UplinkOptions) {
  let turn = 0;
  return async <T>({ query, ifAfterId, read }: UplinkQuestion<T>): Promise<T> => {
    let last: unknown;
    for (const _each of endpoints) {
      try {
        const response = await fetch(endpoints[turn % endpoints.length] ?? '', {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'apollographql-client-name': 'tributary-gateway',
          },
          body: JSON.stringify({ query, variables: { ref: graphRef, apiKey: key, ifAfterId } }),
          signal: AbortSignal.timeout(timeoutMs),
        });
        if (!response.ok) throw new Error(`HTTP status ${response.status}`);
        return read(await response.json());
      } catch (error) {
        last = error;
        turn += 1;
      }
    }
    throw last;
  };
}
