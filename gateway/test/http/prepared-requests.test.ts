import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startFakeSubgraph } from '@tributary/testkit';
import { createHash, createHmac } from 'node:crypto';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { SubgraphAuthentication, subgraphSignatures } from '../../src/config/subgraph-authentication-yaml.ts';
import { shapes, startTestGateway, type TestGateway } from '../../src/testing/start-test-gateway.ts';
import { startCannedSubgraph, type CannedRequest, type CannedSubgraph } from '../testing/canned-subgraph.ts';

describe('requests to subgraphs', () => {
  let subgraph: CannedSubgraph;
  let gateway: TestGateway;

  beforeEach(async () => {
    subgraph = await startCannedSubgraph((response) => response.end('{"data":{"a":"1"}}'));
  });
  afterEach(async () => {
    await gateway.stop();
    subgraph.close();
  });

  const start = async (shaping: object, authentication: object = {}, search = '') => {
    gateway = await startTestGateway(
      [await startFakeSubgraph('a', 'type Query { a(x: String): String }', {})],
      {
        subgraphShapes: shapes(shaping, { a: `${subgraph.url}${search}` }),
        subgraphSignatures: subgraphSignatures(SubgraphAuthentication.parse(authentication)),
      },
    );
  };
  /** What the subgraph got of one query. */
  const ask = async (x: string, headers: Record<string, string> = {}): Promise<CannedRequest> => {
    const { data } = await gateway.query('query ($x: String) { a(x: $x) }', { x }, headers);
    expect(data).toEqual({ a: '1' });
    const [last] = subgraph.requests.slice(-1);
    if (last === undefined) throw new Error('nothing was asked');
    return last;
  };

  describe('are compressed', () => {
    it.each([
      ['gzip', gunzipSync],
      ['br', brotliDecompressSync],
      ['deflate', inflateSync],
    ] as const)('with %s, when they are long', async (compression, decompress) => {
      await start({ all: { compression, compression_min_size: '1KiB' } });
      const long = await ask('é'.repeat(600));
      const short = await ask('é');

      expect(long.request.headers['content-encoding']).toBe(compression);
      expect(long.body.length).toBeLessThan(500);
      expect(decompress(long.body).toString()).toContain('é'.repeat(600));
      expect(short.request.headers['content-encoding']).toBeUndefined();
      expect(short.body.toString()).toContain('é');
    });

    it('never, unless it is said, and not where it is unsaid', async () => {
      await start({ all: { compression: 'gzip' }, subgraphs: { a: { compression: 'identity' } } });

      expect((await ask('é'.repeat(3_000))).request.headers['content-encoding']).toBeUndefined();
    });
  });

  describe('are signed with a shared key', () => {
    const KEY = 'a key of more than thirty-two characters';
    const SIGNED = { all: { message_signature: { key_id: '2026-11', key: KEY } } };

    /** Checks as RFC 9421 section 3.2 says, with nothing but what came. */
    const verify = ({ request, body }: CannedRequest): readonly string[] => {
      const header = (name: string): string => String(request.headers[name]);
      const [, parameters = '', names = '', created = ''] =
        /^sig1=(\(([^)]*)\);created=(\d+);keyid="2026-11";alg="hmac-sha256")$/.exec(
          header('signature-input'),
        ) ?? [];
      expect(Math.abs(Number(created) - Date.now() / 1_000)).toBeLessThan(30);
      const [path = '', query] = (request.url ?? '').split('?');
      const valueOf: Readonly<Record<string, string | undefined>> = {
        '@method': request.method,
        '@authority': request.headers.host,
        '@path': path,
        '@query': `?${query ?? ''}`,
      };
      const components = names.split(' ').map((quoted) => quoted.slice(1, -1));
      const base = [
        ...components.map((name) => `"${name}": ${valueOf[name] ?? header(name)}`),
        `"@signature-params": ${parameters}`,
      ].join('\n');
      expect(header('signature')).toBe(`sig1=:${createHmac('sha256', KEY).update(base).digest('base64')}:`);
      expect(header('content-digest')).toBe(
        `sha-256=:${createHash('sha256').update(body).digest('base64')}:`,
      );
      return components;
    };

    it('by method, host, path and digest of the body', async () => {
      await start({}, SIGNED);

      expect(verify(await ask('é'))).toEqual(['@method', '@authority', '@path', 'content-digest']);
    });

    it('and by the query of the URL and the credentials, where there are any', async () => {
      await start({}, SIGNED, '?version=2');

      expect(verify(await ask('1', { authorization: 'Bearer ada' }))).toEqual([
        '@method',
        '@authority',
        '@path',
        '@query',
        'content-digest',
        'authorization',
      ]);
    });

    it('as they are sent, when they are compressed too', async () => {
      await start({ all: { compression: 'gzip', compression_min_size: '1B' } }, SIGNED);
      const asked = await ask('2');

      expect(asked.request.headers['content-encoding']).toBe('gzip');
      verify(asked);
    });

    it('for some subgraphs and not for others', async () => {
      await start({}, { ...SIGNED, subgraphs: { a: {} } });

      expect((await ask('3')).request.headers['signature-input']).toBeUndefined();
    });
  });
});

describe('authentication.subgraph', () => {
  it.each([
    [{ key_id: 'a', key: 'too short' }, 'must have 32 characters or more'],
    [{ key_id: 'a"b', key: 'x'.repeat(32) }, 'without quotes and backslashes'],
    [{ key: 'x'.repeat(32) }, 'key_id'],
  ])('refuses %j', (message_signature, message) => {
    expect(() => SubgraphAuthentication.parse({ all: { message_signature } })).toThrow(message);
  });
});
