import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { ResponseTooLargeError } from './subgraph-request-error.ts';

type Decoder = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

/** Newer versions of Node.js have zstd. */
const { zstdDecompress } = zlib as { zstdDecompress?: typeof zlib.gunzip };

const DECODERS: Readonly<Record<string, Decoder | undefined>> = {
  gzip: promisify(zlib.gunzip),
  'x-gzip': promisify(zlib.gunzip),
  deflate: promisify(zlib.inflate),
  br: promisify(zlib.brotliDecompress),
  zstd: zstdDecompress === undefined ? undefined : promisify(zstdDecompress),
};

/**
 * A compressed answer as it was before. Nothing asks subgraphs for compression, but proxies before them may insist.
 *
 * @throws ResponseTooLargeError, or another error for an encoding that is unknown or does not hold.
 */
export async function decode(bytes: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  const decoder = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined;
  if (decoder === undefined) throw new Error(`unknown content-encoding ${encoding}`);
  try {
    return await decoder(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new ResponseTooLargeError(maxBytes);
    throw error;
  }
}
