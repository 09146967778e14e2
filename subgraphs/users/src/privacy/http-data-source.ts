import type { ViewerTokenSigner } from '@tributary/service-kit';
import { PERSONAL_DATA_SCOPE } from '@tributary/subgraph-kit';
import type { DataSource } from './data-source.ts';

const TIMEOUT_MS = 30_000;
/** Some hundred thousand orders: more would be a fault of that service, and is held in memory to be encrypted. */
const MAX_BYTES = 32 * 1024 * 1024;

export interface HttpDataSourceOptions {
  readonly name: string;
  /** Where it takes events; what it knows of people it tells beside it, at `personal-data`. */
  readonly eventsUrl: string;
  readonly signer: ViewerTokenSigner;
  /** Most that is read of an answer. Undefined: 32 MiB. */
  readonly maxBytes?: number;
}

/** A service that answers `personalDataRoute`. */
export function createHttpDataSource({
  name,
  eventsUrl,
  signer,
  maxBytes = MAX_BYTES,
}: HttpDataSourceOptions): DataSource {
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
      return JSON.parse(await readAtMost(response, maxBytes, name)) as unknown;
    },
  };
}

/** @throws Error when there is more; the rest is not read. */
async function readAtMost({ body }: Response, maxBytes: number, name: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop closes the connection.
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > maxBytes) throw new Error(`${name} answered more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
