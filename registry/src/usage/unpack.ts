import { promisify } from 'node:util';
import { gunzip, gunzipSync } from 'node:zlib';

const unzip = promisify(gunzip);
/** Unpacking so little takes less time than asking another thread to. */
const SMALL_BYTES = 64_000;
const SMALL_UNPACKED_BYTES = 1_000_000;

/**
 * What was gzipped.
 *
 * @param maxBytes Most that it may be.
 * @throws Error when it is more, or no gzip stream.
 */
export async function unpack(body: Buffer, maxBytes: number): Promise<Buffer> {
  if (body.length <= SMALL_BYTES) {
    try {
      return gunzipSync(body, { maxOutputLength: Math.min(maxBytes, SMALL_UNPACKED_BYTES) });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') throw error;
    }
  }
  return unzip(body, { maxOutputLength: maxBytes });
}
