import type { ViewerTokenSigner } from '@tributary/service-kit';
import { PERSONAL_DATA_SCOPE } from '@tributary/subgraph-kit';
import * as z from 'zod';
import type { DataSource } from './data-source.ts';

/** Lists by name, and what to send as `after` while there is more. */
const Answer = z.object({ next: z.string().optional() }).catchall(z.array(z.unknown()));

const TIMEOUT_MS = 30_000;
/** Some hundred thousand orders: more would be a fault of that service, and is held in memory to be encrypted. */
const MAX_BYTES = 32 * 1024 * 1024;

export interface HttpDataSourceOptions {
  readonly name: string;
  /** Where it takes events; what it knows of people it tells beside it, at `personal-data`. */
  readonly eventsUrl: string;
  readonly signer: ViewerTokenSigner;
  /** Most that is read of all pages together. Undefined: 32 MiB. */
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
      const lists: Record<string, unknown[]> = {};
      let [bytesLeft, after]: [number, string | undefined] = [maxBytes, undefined];
      do {
        const text = await ask({ userId, after }, bytesLeft);
        bytesLeft -= Buffer.byteLength(text);
        const { next, ...page } = Answer.parse(JSON.parse(text));
        for (const [name, rows] of Object.entries(page)) (lists[name] ??= []).push(...rows);
        after = next;
      } while (after !== undefined);
      return lists;
    },
  };

  async function ask(body: object, bytesLeft: number): Promise<string> {
    const viewer = { kind: 'service', id: 'users', scopes: [PERSONAL_DATA_SCOPE] } as const;
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await signer.sign(viewer, name)}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`${name} answered ${response.status}`);
    }
    return readAtMost(response, bytesLeft, () => new Error(`${name} answered more than ${maxBytes} bytes`));
  }
}

/** @throws what `tooMuch` makes when there is more; the rest is not read. */
async function readAtMost({ body }: Response, maxBytes: number, tooMuch: () => Error): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop closes the connection.
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > maxBytes) throw tooMuch();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
