import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startFakeSubgraph, waitFor } from '@tributary/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { TLSSocket, type PeerCertificate } from 'node:tls';
import { subgraphTls, Tls } from '../../src/config/tls-yaml.ts';
import { shapes, startTestGateway, type TestGateway } from '../../src/testing/start-test-gateway.ts';
import { createTestAuthority, type TestAuthority } from '../testing/test-authority.ts';

/** Undefined: there is no certificate. */
const nameOn = ({ subject }: Partial<PeerCertificate>) => subject?.CN;

describe('a subgraph over HTTPS', () => {
  let authority: TestAuthority;
  let other: TestAuthority;
  let folder: string;
  let gateway: TestGateway | undefined;
  let server: Server | undefined;
  let openssl: ChildProcess | undefined;
  /** Names on the certificates that the gateway showed, request by request. */
  let shown: unknown[];

  beforeAll(() => {
    authority = createTestAuthority();
    other = createTestAuthority('Somebody Else');
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tls-'));
    shown = [];
  });
  afterEach(async () => {
    openssl?.kill();
    openssl = undefined;
    await gateway?.stop();
    gateway = undefined;
    server?.closeAllConnections();
    server?.close();
    server = undefined;
    await rm(folder, { recursive: true });
  });

  const inFile = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return name;
  };
  const listen = async (options: ServerOptions): Promise<string> => {
    const started = createServer(options, (request, response) => {
      const { socket } = request;
      shown.push(socket instanceof TLSSocket ? nameOn(socket.getPeerCertificate()) : undefined);
      request.resume().on('end', () => response.end('{"data":{"a":1}}'));
    });
    server = started;
    await new Promise<void>((done) => started.listen(0, '127.0.0.1', done));
    return `https://127.0.0.1:${(started.address() as AddressInfo).port}/graphql`;
  };
  const start = async (url: string, subgraph: unknown): Promise<TestGateway> => {
    const subgraphs = await Promise.all([
      startFakeSubgraph('a', 'type Query { a: Int } type Mutation { set: Int }', {}),
      startFakeSubgraph('b', 'type Query { b: Int }', { Query: { b: () => 2 } }),
    ]);
    try {
      gateway = await startTestGateway(subgraphs, {
        subgraphShapes: shapes({ all: { circuit_breaker: { enabled: false } } }, { a: url }),
        subgraphTls: subgraphTls(Tls.parse({ subgraph }), (path) => resolve(folder, path)),
        sharing: 'off',
      });
    } catch (error) {
      await Promise.all(subgraphs.map((each) => each.close()));
      throw error;
    }
    return gateway;
  };
  const failureOf = async (system: TestGateway) => {
    const { data, errors } = await system.query('{ a b }');
    expect(data).toEqual({ a: null, b: 2 });
    return { code: errors?.[0]?.extensions?.code, message: errors?.[0]?.message };
  };

  it('is trusted by an authority in a file, or by one that stands in the configuration', async () => {
    const url = await listen(authority.issue('a'));
    const file = await inFile('ca.pem', `${other.cert}\n${authority.cert}`);
    const system = await start(url, { subgraphs: { a: { certificate_authorities: file } } });
    expect((await system.query('{ a b }')).data).toEqual({ a: 1, b: 2 });
    await system.stop();

    const again = await start(url, { all: { certificate_authorities: authority.cert } });
    expect((await again.query('{ a b }')).data).toEqual({ a: 1, b: 2 });
  });

  it.each([
    ['is signed by nobody known', () => other.issue('a'), 'name its authority'],
    ['has expired', () => authority.issue('a', { days: -1 }), 'has expired; renew it'],
    ['is for another host', () => authority.issue('a', { names: 'DNS:a.example' }), 'is for another host'],
  ])('whose certificate %s is not asked', async (_case, issue, fix) => {
    const system = await start(await listen(issue()), { all: { certificate_authorities: authority.cert } });

    expect(await failureOf(system)).toEqual({
      code: 'SUBGRAPH_TLS_FAILED',
      message: expect.stringContaining(fix) as unknown,
    });
    expect(shown).toEqual([]);
  });

  it('is not trusted without a word in the configuration', async () => {
    const system = await start(await listen(authority.issue('a')), {});

    expect((await failureOf(system)).code).toBe('SUBGRAPH_TLS_FAILED');
  });

  it('that does not speak TLS is told from one that is away', async () => {
    const system = await start('https://127.0.0.1:1/graphql', {});
    expect((await failureOf(system)).code).toBe('SUBREQUEST_HTTP_ERROR');
    await system.stop();

    const plain = await startFakeSubgraph('plain', 'type Query { a: Int }', {});
    const again = await start(plain.url.replace('http:', 'https:'), {});
    expect(await failureOf(again)).toEqual({
      code: 'SUBGRAPH_TLS_FAILED',
      message: expect.stringContaining('does not speak TLS') as unknown,
    });
    await plain.close();
  });

  describe('that wants a certificate', () => {
    const MUTUAL = { requestCert: true, rejectUnauthorized: true };
    const ask = async (maxVersion: 'TLSv1.2' | 'TLSv1.3', client: object) => {
      const url = await listen({ ...authority.issue('a'), ca: authority.cert, ...MUTUAL, maxVersion });
      return start(url, { all: { certificate_authorities: authority.cert, ...client } });
    };
    const asClient = ({ cert, key }: { cert: string; key: string }) => ({
      client_authentication: { certificate_chain: cert, key },
    });

    it.each(['TLSv1.2', 'TLSv1.3'] as const)('gets it, with %s', async (version) => {
      const system = await ask(version, asClient(authority.issue('gateway')));

      expect((await system.query('{ a }')).data).toEqual({ a: 1 });
      expect(shown).toEqual(['gateway']);
    });

    // Node.js' own servers close the connection and say nothing.
    it.each(['tls1_2', 'tls1_3'])('says so when there is none, or another, with %s', async (version) => {
      const { cert, key } = authority.issue('a');
      await Promise.all([inFile('a.pem', cert), inFile('a-key.pem', key), inFile('ca.pem', authority.cert)]);
      openssl = spawn(
        'openssl',
        [
          ...['s_server', '-accept', '127.0.0.1:0', `-${version}`, '-Verify', '1', '-verify_return_error'],
          ...['-cert', 'a.pem', '-key', 'a-key.pem', '-CAfile', 'ca.pem'],
        ],
        { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] },
      );
      let output = '';
      openssl.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
      await waitFor(() => /^ACCEPT .*:\d+$/m.test(output));
      const url = `https://127.0.0.1:${/^ACCEPT .*:(\d+)$/m.exec(output)?.[1] ?? ''}/graphql`;
      for (const client of [{}, asClient(other.issue('gateway'))]) {
        const system = await start(url, { all: { certificate_authorities: authority.cert, ...client } });
        expect(await failureOf(system)).toEqual({
          code: 'SUBGRAPH_TLS_FAILED',
          message: expect.stringContaining("does not take the gateway's certificate") as unknown,
        });
        await system.stop();
        gateway = undefined;
      }
    });

    it('gets the next one when its files change, and none that do not belong together', async () => {
      const first = authority.issue('first');
      await inFile('cert.pem', first.cert);
      await inFile('key.pem', first.key);
      const system = await ask('TLSv1.3', {
        client_authentication: { certificate_chain: 'cert.pem', key: 'key.pem' },
      });
      await system.query('{ a }');
      const second = authority.issue('second');
      await inFile('cert.pem', second.cert);
      await new Promise((done) => setTimeout(done, 1_200));
      expect((await system.query('{ a }')).data).toEqual({ a: 1 });
      expect(shown).toEqual(['first', 'first']);

      await inFile('key.pem', second.key);
      await waitFor(async () => {
        expect((await system.query('{ a }')).data).toEqual({ a: 1 });
        return shown.at(-1) === 'second';
      });
    });
  });

  it.each([
    [
      { certificate_authorities: 'nowhere.pem' },
      /tls\.subgraph\.all: the file .*nowhere\.pem cannot be read/,
    ],
    [{ certificate_authorities: 'text.pem' }, 'no certificate in PEM format'],
    [
      { certificate_authorities: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
      'is broken',
    ],
    [
      { client_authentication: { certificate_chain: 'text.pem', key: 'text.pem' } },
      'the certificate or the key is not in PEM format',
    ],
  ])('is not begun with %j', async (all, message) => {
    await inFile('text.pem', 'no certificate');

    await expect(start('https://127.0.0.1:1/graphql', { all })).rejects.toThrow(message);
  });

  it('is not begun with the key of another certificate', async () => {
    const { cert } = authority.issue('one');
    const { key } = authority.issue('two');

    await expect(
      start('https://127.0.0.1:1/graphql', {
        subgraphs: { a: { client_authentication: { certificate_chain: cert, key } } },
      }),
    ).rejects.toThrow('tls.subgraph.subgraphs.a: the key is not that of the certificate');
  });
});
