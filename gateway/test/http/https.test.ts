import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startFakeSubgraph, waitFor } from '@tributary/testkit';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Agent, request } from 'undici';
import { listenerTls, Tls } from '../../src/config/tls-yaml.ts';
import { startTestGateway, type TestGateway } from '../../src/testing/start-test-gateway.ts';
import { createTestAuthority } from '../testing/test-authority.ts';
import { connect } from 'node:tls';

describe('clients over HTTPS', () => {
  const authority = createTestAuthority();
  let folder: string;
  let gateway: TestGateway;

  const write = async ({ cert, key }: { cert: string; key: string }) => {
    await writeFile(join(folder, 'cert.pem'), cert);
    await writeFile(join(folder, 'key.pem'), key);
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'https-'));
    await write(authority.issue('first'));
    gateway = await startTestGateway(
      [await startFakeSubgraph('a', 'type Query { a: Int }', { Query: { a: () => 1 } })],
      {
        listenerTls: listenerTls(
          Tls.parse({ supergraph: { certificate: 'cert.pem', key: 'key.pem' } }),
          (path) => resolve(folder, path),
        ),
      },
    );
  });
  afterEach(async () => {
    await gateway.stop();
    await rm(folder, { recursive: true });
  });

  const nameOnCertificate = () =>
    new Promise<string>((done, fail) => {
      const socket = connect(
        { host: '127.0.0.1', port: Number(new URL(gateway.url).port), ca: authority.cert },
        () => {
          done(new X509Certificate(socket.getPeerCertificate().raw).subject);
          socket.destroy();
        },
      ).on('error', fail);
    });

  it('are answered by one that they trust, and by nobody over HTTP', async () => {
    const dispatcher = new Agent({ connect: { ca: authority.cert } });
    const ask = (url: string) =>
      request(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{ a }"}',
        dispatcher,
      });

    expect(gateway.url).toMatch(/^https:/);
    expect(await (await ask(gateway.url)).body.json()).toEqual({ data: { a: 1 } });
    await expect(ask(gateway.url.replace('https:', 'http:'))).rejects.toThrow();
    await dispatcher.close();
  });

  it('see the next certificate when its files change', async () => {
    expect(await nameOnCertificate()).toBe('CN=first');
    await write(authority.issue('second'));

    await waitFor(async () => (await nameOnCertificate()) === 'CN=second');
  });
});
