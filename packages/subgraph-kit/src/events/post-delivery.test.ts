import { describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { postDelivery } from './post-delivery.ts';
import { isPublicAddress } from './public-address.ts';
import { newDeliverySecret, signWithSecrets } from './secret-signature.ts';

describe('an address of the public internet', () => {
  it.each(['1.1.1.1', '93.184.215.14', '172.15.255.255', '2606:4700:4700::1111', '2a00:1450:4001::1'])(
    'is %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    '127.0.0.1',
    '0.0.0.0',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '100.64.0.1',
    // Where clouds keep credentials.
    '169.254.169.254',
    'fd00:ec2::254',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    // Addresses of IPv4 in the clothes of IPv6.
    '::ffff:10.0.0.1',
    '::ffff:1.1.1.1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    '2001:0:1::1',
    'localhost',
    '',
  ])('is not %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('posting a delivery', () => {
  it('reaches nothing inside when only the public is meant, by name or by address', async () => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests += 1;
      response.writeHead(requests === 1 ? 204 : 302, { location: '/elsewhere' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const delivery = { headers: {}, body: '{}', timeoutMs: 60_000 };
    try {
      for (const host of ['127.0.0.1', 'localhost', '2130706433', '[::ffff:127.0.0.1]', '[::1]'])
        await expect(
          postDelivery({ ...delivery, url: `http://${host}:${port}/`, to: 'public' }),
        ).rejects.toThrow('not one of the public internet');
      expect(requests).toBe(0);

      const url = `http://localhost:${port}/`;
      expect(await postDelivery({ ...delivery, url, to: 'anywhere' })).toBe(204);
      // The second answer leads elsewhere, and is not followed.
      await expect(postDelivery({ ...delivery, url, to: 'anywhere' })).rejects.toMatchObject({ status: 302 });
      expect(requests).toBe(2);
    } finally {
      server.close();
    }
    await expect(
      postDelivery({ ...delivery, url: `http://127.0.0.1:${port}/`, to: 'anywhere' }),
    ).rejects.toMatchObject({ name: 'DeliveryFailedError', status: undefined });
  });
});

describe('a signature with secrets', () => {
  it('is one of Standard Webhooks by each of them', () => {
    const secrets = [newDeliverySecret(), newDeliverySecret()];
    const headers = signWithSecrets(secrets, 'msg_1', '{"a":1}', new Date(1_700_000_000_500));
    const expected = secrets.map((secret) => {
      const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
      expect(key).toHaveLength(32);
      return `v1,${createHmac('sha256', key).update('msg_1.1700000000.{"a":1}').digest('base64')}`;
    });
    expect(headers).toEqual({
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1700000000',
      'webhook-signature': expected.join(' '),
    });
  });
});
