import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import type { SubgraphShape } from './subgraph-guard.ts';

export interface PlainRequest {
  readonly url: string;
  /** JSON text. */
  readonly body: string;
  readonly authorization: string | undefined;
}

/** A request as it is sent. */
export interface PreparedRequest {
  readonly body: string | Buffer;
  /** Beside those that it has anyway. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly authorization: string | undefined;
}

export type PrepareRequest = (request: PlainRequest) => Promise<PreparedRequest>;

/** Adds headers that vouch for a request: for its body, as it is sent, above all. */
export type SignRequest = (
  request: PreparedRequest & { readonly url: string },
) => PreparedRequest | Promise<PreparedRequest>;

export type Compression = 'gzip' | 'br' | 'deflate';

const gzip = promisify(zlib.gzip);
const deflate = promisify(zlib.deflate);
const brotliCompress = promisify(zlib.brotliCompress);

/** Brotli's own default takes a hundred times as long for a tenth less. */
const BROTLI = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } };

const ENCODERS: Readonly<Record<Compression, (body: Buffer) => Promise<Buffer>>> = {
  gzip: (body) => gzip(body),
  deflate: (body) => deflate(body),
  br: (body) => brotliCompress(body, BROTLI),
};

/**
 * What is done with requests to a subgraph before they are sent: compressed, then signed.
 *
 * @returns undefined when that is nothing.
 */
export function requestPreparation(
  { compression }: Pick<SubgraphShape, 'compression'>,
  sign: SignRequest | undefined,
): PrepareRequest | undefined {
  if (compression === undefined && sign === undefined) return undefined;
  return async ({ url, body, authorization }) => {
    const compressed =
      compression !== undefined && Buffer.byteLength(body) >= compression.minBytes
        ? {
            body: await ENCODERS[compression.encoding](Buffer.from(body)),
            headers: { 'content-encoding': compression.encoding },
          }
        : { body, headers: {} };
    const request = { ...compressed, authorization };
    return sign === undefined ? request : sign({ ...request, url });
  };
}
