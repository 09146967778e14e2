import type { ServerResponse } from 'node:http';
import * as zlib from 'node:zlib';

type Encode = (text: string | Buffer, done: (error: Error | null, bytes: Buffer) => void) => void;

/** Newer versions of Node.js have zstd. */
const { zstdCompress } = zlib as { zstdCompress?: Encode };

/** The best first. Brotli at 4 is as quick as gzip and smaller. */
const ENCODINGS: readonly (readonly [name: string, encode: Encode])[] = [
  ...(zstdCompress === undefined ? [] : [['zstd', zstdCompress] as const]),
  [
    'br',
    (text, done) => {
      zlib.brotliCompress(text, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }, done);
    },
  ],
  ['gzip', zlib.gzip],
];

/** Sends a body in the best encoding that the client takes; compressing happens off this thread. */
export function compress(body: string | Buffer, acceptEncoding: string, response: ServerResponse): void {
  const vary = response.getHeader('vary');
  response.setHeader('vary', vary === undefined ? 'accept-encoding' : `${String(vary)}, accept-encoding`);
  const encoding = chooseEncoding(acceptEncoding);
  if (encoding === undefined) {
    response.end(body);
    return;
  }
  const [name, encode] = encoding;
  encode(body, (error, bytes) => {
    if (error !== null) {
      response.end(body);
      return;
    }
    response.setHeader('content-encoding', name);
    response.end(bytes);
  });
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#name-accept-encoding */
function chooseEncoding(acceptEncoding: string): (typeof ENCODINGS)[number] | undefined {
  const accepted = new Map<string, number>();
  for (const part of acceptEncoding.toLowerCase().split(',')) {
    const [name = '', weight = ''] = part.split(';').map((text) => text.trim());
    accepted.set(name, weight.startsWith('q=') ? Number(weight.slice(2)) : 1);
  }
  const weightOf = (name: string): number => accepted.get(name) ?? accepted.get('*') ?? 0;
  const usable = ENCODINGS.filter(([name]) => weightOf(name) > 0);
  // Sorting is stable: of equal weights the first of ours wins.
  return [...usable].sort(([a], [b]) => weightOf(b) - weightOf(a))[0];
}
