import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serialize } from 'bson';
import { connectRaw, opMsg } from './testing/raw-client.ts';
import { startTestMongo, type TestMongo } from './testing/test-mongo.ts';
import { crc32c } from './wire/crc32c.ts';

let mongo: TestMongo;
beforeAll(async () => {
  mongo = await startTestMongo();
});
afterAll(async () => {
  await mongo.close();
});

function withHeader(opCode: number, body: Uint8Array, length = body.length + 16): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(length, 0);
  header.writeInt32LE(opCode, 12);
  return Buffer.concat([header, body]);
}

function opQuery(body: Record<string, unknown>): Buffer {
  return withHeader(
    2004,
    Buffer.concat([
      Buffer.alloc(4),
      Buffer.from('admin.$cmd\0'),
      Buffer.from([0, 0, 0, 0, 255, 255, 255, 255]),
      serialize(body),
    ]),
  );
}

function withChecksum(message: Buffer): Buffer {
  const whole = Buffer.concat([message, Buffer.alloc(4)]);
  whole.writeInt32LE(whole.length, 0);
  whole.writeUInt32LE(crc32c(whole.subarray(0, -4)), whole.length - 4);
  return whole;
}

const BAD: readonly [string, Buffer][] = [
  ['a length below the header', withHeader(2013, Buffer.alloc(0), 3)],
  ['a length over 48 MB', withHeader(2013, Buffer.alloc(0), 48_000_001)],
  ['a negative length', withHeader(2013, Buffer.alloc(0), -1)],
  ['an operation nobody knows', withHeader(1234, Buffer.alloc(8))],
  ['a body that is no BSON', withHeader(2013, Buffer.from([0, 0, 0, 0, 0, 9, 0, 0, 0, 77, 77, 77, 77, 0]))],
  ['a body longer than the message', withHeader(2013, Buffer.from([0, 0, 0, 0, 0, 255, 0, 0, 0, 0]))],
  ['an unknown section', withHeader(2013, Buffer.from([0, 0, 0, 0, 7, 5, 0, 0, 0, 0]))],
  ['no section at all', withHeader(2013, Buffer.alloc(4))],
  ['unknown required flags', opMsg({ ping: 1 }, 4)],
  [
    'a wrong checksum',
    withHeader(
      2013,
      Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), serialize({ ping: 1, $db: 'a' }), Buffer.alloc(4)]),
    ),
  ],
  ['a truncated OP_QUERY', withHeader(2004, Buffer.from('aaaaaaa'))],
];

describe('the connection', () => {
  it.each(BAD)('closes on %s, and only that one', async (_title, bytes) => {
    const [bad, good] = [await connectRaw(mongo.server.port), await connectRaw(mongo.server.port)];
    bad.write(bytes);
    await bad.closed;
    expect(await good.command({ ping: 1 })).toMatchObject({ ok: 1 });
    good.close();
  });

  it('answers messages that arrive byte by byte and several at once, in order', async () => {
    const raw = await connectRaw(mongo.server.port);
    for (const byte of opMsg({ ping: 1 })) raw.write(Uint8Array.of(byte));
    expect((await raw.next()).doc).toMatchObject({ ok: 1 });
    raw.write(Buffer.concat([opMsg({ ping: 1 }), opMsg({ dance: 1 }), opMsg({ ping: 1 })]));
    const codes = [
      (await raw.next()).doc['ok'],
      (await raw.next()).doc['code'],
      (await raw.next()).doc['ok'],
    ];
    expect(codes).toEqual([1, 59, 1]);
    raw.close();
  });

  it('checks and accepts a checksum', async () => {
    const raw = await connectRaw(mongo.server.port);
    raw.write(withChecksum(opMsg({ ping: 1 }, 1)));
    expect((await raw.next()).doc).toMatchObject({ ok: 1 });
    raw.close();
  });

  it('sends nothing back for moreToCome', async () => {
    const raw = await connectRaw(mongo.server.port);
    raw.write(opMsg({ insert: 'quiet', documents: [{ _id: 1 }] }, 2));
    expect(await raw.command({ find: 'quiet', filter: {} })).toMatchObject({
      cursor: { firstBatch: [{ _id: 1 }] },
    });
    raw.close();
  });

  it('answers the legacy hello with OP_REPLY, and no other legacy command', async () => {
    const raw = await connectRaw(mongo.server.port);
    raw.write(opQuery({ ismaster: 1, helloOk: true }));
    expect(await raw.next()).toMatchObject({
      opCode: 1,
      doc: { ismaster: true, helloOk: true, setName: 'rs0' },
    });
    raw.write(opQuery({ ping: 1 }));
    expect((await raw.next()).doc).toMatchObject({ ok: 0, code: 352 });
    raw.close();
  });

  it('survives a client that leaves in the middle of a message', async () => {
    const raw = await connectRaw(mongo.server.port);
    raw.write(opMsg({ ping: 1 }).subarray(0, 20));
    raw.close();
    expect(await mongo.db.command({ ping: 1 })).toMatchObject({ ok: 1 });
  });
});

describe('crc32c', () => {
  it('gives the check value of its specification', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  });
});
