import type { ViewerTokenSigner } from '@tributary/service-kit';
import { PERSONAL_DATA_SCOPE } from '@tributary/subgraph-kit';
import type { DataSource } from './data-source.ts';

const TIMEOUT_MS = 30_000;

export interface HttpDataSourceOptions {
  readonly name: string;
  /** Where it takes events; what it knows of people it tells beside it, at `personal-data`. */
  readonly eventsUrl: string;
  readonly signer: ViewerTokenSigner;
}

/** A service that answers `personalDataRoute`. */
export function createHttpDataSource({ name, eventsUrl, signer }: HttpDataSourceOptions): DataSource {
  const url = new URL('personal-data', eventsUrl);
  return {
    name,
    collect: async (userId) => {
      const viewer = { kind: 'service', id: 'users', scopes: [PERSONAL_DATA_SCOPE] } as const;
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await signer.sign(viewer, name)}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ userId }),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) {
        await response.body?.cancel();
        throw new Error(`${name} answered ${response.status}`);
      }
      return (await response.json()) as unknown;
    },
  };
}
