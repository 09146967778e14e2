import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startFakeSubgraph } from '@tributary/testkit';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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

  describe('are signed as AWS asks for it', () => {
    const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
    const WHERE = { region: 'eu-central-1', service_name: 'lambda' };
    const withKey = { hardcoded: { access_key_id: 'AKIDEXAMPLE', secret_access_key: SECRET, ...WHERE } };

    const hmac = (key: string | Buffer, text: string): Buffer =>
      createHmac('sha256', key).update(text).digest();
    const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

    /** Checks as AWS does, with nothing but what came and the secret. @returns Names of what is signed. */
    const verify = ({ request, body }: CannedRequest, keyId: string, secret: string): readonly string[] => {
      const { headers, method = '', url = '' } = request;
      const [, key, scope = '', signed = '', signature] =
        /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
          headers.authorization ?? '',
        ) ?? [];
      expect(key).toBe(keyId);
      const [path = '', query = ''] = url.split('?');
      const names = signed.split(';');
      const canonical = [
        method,
        path,
        query.split('&').sort().join('&'),
        ...names.map((name) => `${name}:${String(headers[name])}`),
        '',
        signed,
        sha256(body),
      ].join('\n');
      const [day = '', region = '', service = '', last = ''] = scope.split('/');
      expect([region, service, last]).toEqual(['eu-central-1', 'lambda', 'aws4_request']);
      const date = String(headers['x-amz-date']);
      expect(date.slice(0, 8)).toBe(day);
      const signingKey = [region, service, last].reduce<Buffer>(hmac, hmac(`AWS4${secret}`, day));
      const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
      expect(signature).toBe(hmac(signingKey, text).toString('hex'));
      return names;
    };

    it("by host, date and digest of the body, in the place of the caller's credentials", async () => {
      await start({}, { all: { aws_sig_v4: withKey } }, '?version=2&a=b');

      expect(verify(await ask('é', { authorization: 'Bearer ada' }), 'AKIDEXAMPLE', SECRET)).toEqual([
        'host',
        'x-amz-content-sha256',
        'x-amz-date',
      ]);
    });

    it('as they are sent, when they are compressed too', async () => {
      await start(
        { all: { compression: 'gzip', compression_min_size: '1B' } },
        { all: { aws_sig_v4: withKey } },
      );
      const asked = await ask('2');

      expect(asked.request.headers['content-encoding']).toBe('gzip');
      verify(asked, 'AKIDEXAMPLE', SECRET);
    });

    describe('with the credentials of the task', () => {
      const { env } = process;
      let agent: Server;
      let isAway = false;
      let asked = 0;

      beforeEach(async () => {
        [isAway, asked] = [false, 0];
        // What ECS runs beside every task.
        agent = createServer((_request, response) => {
          asked += 1;
          if (isAway) response.statusCode = 400;
          response.setHeader('content-type', 'application/json');
          response.end(
            JSON.stringify({
              AccessKeyId: 'ASIATASK',
              SecretAccessKey: 'of the task',
              Token: 'session',
              Expiration: new Date(Date.now() + 3_600_000).toISOString(),
            }),
          );
        });
        await once(agent.listen(0, '127.0.0.1'), 'listening');
        const { port } = agent.address() as AddressInfo;
        process.env = {
          PATH: env['PATH'],
          AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/v2`,
        };
      });
      afterEach(() => {
        process.env = env;
        agent.close();
      });

      it('and their session, asked for once', async () => {
        await start({}, { all: { aws_sig_v4: { default_chain: WHERE } } });

        const first = await ask('1');
        expect(verify(first, 'ASIATASK', 'of the task')).toContain('x-amz-security-token');
        expect(first.request.headers['x-amz-security-token']).toBe('session');
        verify(await ask('2'), 'ASIATASK', 'of the task');
        expect(asked).toBe(1);
      });

      it('or not at all while there are none: the fields are null, and it is said why', async () => {
        await start({}, { all: { aws_sig_v4: { default_chain: WHERE } } });
        isAway = true;

        const { data, errors } = await gateway.query('{ a }');
        expect(data).toEqual({ a: null });
        expect(errors).toMatchObject([
          {
            message: expect.stringContaining("service 'a' cannot be asked: no AWS credentials: ") as unknown,
            extensions: { code: 'SUBGRAPH_SIGNING_FAILED', service: 'a' },
          },
        ]);
        expect(subgraph.requests).toEqual([]);

        isAway = false;
        verify(await ask('1'), 'ASIATASK', 'of the task');
      });
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

  const signed = { region: 'eu-central-1', service_name: 'lambda' };
  it.each([
    [{}, 'must have default_chain or hardcoded'],
    [{ default_chain: { region: 'eu-central-1' } }, 'service_name'],
    [
      { default_chain: { ...signed, assume_role: { role_arn: 'reader', session_name: 'gateway' } } },
      'an ARN',
    ],
    [
      { default_chain: signed, hardcoded: { access_key_id: 'a', secret_access_key: 'b', ...signed } },
      'and not both',
    ],
  ])('refuses %j', (aws_sig_v4, message) => {
    expect(() => SubgraphAuthentication.parse({ all: { aws_sig_v4 } })).toThrow(message);
  });

  it('refuses two signatures on one request', () => {
    const both = {
      message_signature: { key_id: 'a', key: 'x'.repeat(32) },
      aws_sig_v4: { default_chain: signed },
    };
    expect(() => SubgraphAuthentication.parse({ all: both })).toThrow('not both');
  });
});
