import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { copyFile, cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Int32 } from 'bson';
import fc from 'fast-check';
import { insertion } from '../commands/insert.ts';
import type { Doc } from '../bson/value.ts';
import { makeDataDir } from '../testing/test-mongo.ts';
import { ensureCollection, type Engine } from './engine.ts';
import { FILE_HEADER_BYTES, readFileHeader, readFrame } from './frames.ts';
import { CorruptDataError, openEngine } from './open-engine.ts';
import { toStoredRecord } from './stored-record.ts';
import { scan } from './tree.ts';

const NAMESPACE = 'test.c';
const JOURNAL = 'journal-000001.log';

let directory: string;
let logs: string[];
beforeEach(async () => {
  directory = await makeDataDir();
  logs = [];
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

function open(from = directory): Promise<Engine> {
  return openEngine({ directory: from, log: (message) => logs.push(message), onFailure: () => undefined });
}

function contents(engine: Engine): Doc[] {
  const collection = engine.collection(NAMESPACE);
  return collection ? [...scan(collection.records)].map(([, { doc }]) => doc) : [];
}

/** Writes one frame per document, since each waits for the one before. */
async function fill(count: number, from = 0): Promise<void> {
  const engine = await open();
  for (let i = from; i < from + count; i += 1) {
    engine.write(insertion(engine, NAMESPACE, { _id: i, text: `document ${String(i)}` }));
    await engine.flushed();
  }
  await engine.close();
}

async function ids(from = directory): Promise<number[]> {
  const engine = await open(from);
  const result = contents(engine).map((doc) => Number(doc['_id']));
  await engine.close();
  return result;
}

/** Where each frame of the journal starts, and the end of the last. */
async function frameOffsets(): Promise<number[]> {
  const file = await readFile(join(directory, JOURNAL));
  const header = readFileHeader(file);
  const offsets = [FILE_HEADER_BYTES];
  while (header) {
    const frame = readFrame(file, header, offsets.at(-1) ?? 0);
    if (!frame) break;
    offsets.push(frame.end);
  }
  return offsets;
}

async function flipByte(path: string, at: number): Promise<void> {
  const file = await readFile(path);
  file[at] = (file[at] ?? 0) ^ 0x40;
  await writeFile(path, file);
}

describe('the journal', () => {
  it('brings back documents, indexes and natural order', async () => {
    const engine = await open();
    engine.write([
      ...ensureCollection(engine, NAMESPACE),
      {
        kind: 'createIndex',
        namespace: NAMESPACE,
        spec: { key: { a: new Int32(-1) }, name: 'a', unique: true },
      },
    ]);
    for (const a of [3, 1, 2]) engine.write(insertion(engine, NAMESPACE, { _id: a, a }));
    await engine.close();
    const again = await open();
    expect(contents(again).map((doc) => Number(doc['_id']))).toEqual([3, 1, 2]);
    expect(
      again.collection(NAMESPACE)?.indexes.map(({ definition, entries }) => [definition.name, entries.size]),
    ).toEqual([
      ['_id_', 3],
      ['a', 3],
    ]);
    expect(() => {
      again.write(insertion(again, NAMESPACE, { _id: 9, a: 1 }));
    }).toThrow('E11000');
    await again.close();
  });

  it('brings back each index as it was kept in step with the writes', async () => {
    const engine = await open();
    const keys: Doc[] = [{ list: 1, a: -1 }, { a: 1 }, { text: 'text' }];
    engine.write(ensureCollection(engine, NAMESPACE));
    const write = (id: number, doc: Doc | undefined): void => {
      engine.write([
        doc === undefined
          ? { kind: 'remove', namespace: NAMESPACE, id }
          : { kind: 'put', namespace: NAMESPACE, id, record: toStoredRecord({ _id: id, ...doc }) },
      ]);
    };
    for (const [at, key] of keys.entries()) {
      const spec = { key, name: `index ${at}`, sparse: at === 1, default_language: 'none' };
      engine.write([{ kind: 'createIndex', namespace: NAMESPACE, spec }]);
      for (let n = 0; n < 200; n += 1) {
        const id = 1 + ((n * 7) % 130);
        const list = Array.from({ length: n % 4 }, (_, i) => i * n);
        write(
          id,
          n % 9 === 8 ? undefined : { list, text: `word${n % 5} of ${n}`, ...(n % 3 > 0 && { a: n % 11 }) },
        );
      }
    }
    const indexesOf = ({ collection }: Engine) =>
      collection(NAMESPACE)?.indexes.map(({ definition, entries }) => [definition.name, [...scan(entries)]]);
    const before = indexesOf(engine);
    await engine.close();
    const again = await open();

    expect(indexesOf(again)).toEqual(before);
    await again.close();
  });

  it('puts writes of one moment into one frame', async () => {
    const engine = await open();
    for (let i = 0; i < 50; i += 1) engine.write(insertion(engine, NAMESPACE, { _id: i }));
    await engine.close();
    expect(await frameOffsets()).toHaveLength(2);
    expect(await ids()).toHaveLength(50);
  });

  it('cut at any byte gives back every whole record before the cut and says what it cut', async () => {
    await fill(6);
    const offsets = await frameOffsets();
    const path = join(directory, JOURNAL);
    const whole = await readFile(path);
    const check = async (length: number): Promise<void> => {
      await writeFile(path, whole.subarray(0, length));
      logs = [];
      const complete = offsets.filter((end) => end > FILE_HEADER_BYTES && end <= length).length;
      expect(await ids()).toHaveLength(complete);
      expect(logs).toHaveLength(offsets.includes(length) ? 0 : 1);
    };
    // Every byte of the last two records, and some of those before.
    for (let length = offsets.at(-3) ?? 0; length <= whole.length; length += 1) await check(length);
    await fc.assert(fc.asyncProperty(fc.integer({ min: FILE_HEADER_BYTES, max: whole.length }), check), {
      numRuns: 40,
    });
  });

  it.each([1, 19, 20, 500])('followed by %p bytes of garbage is repaired and written on', async (length) => {
    await fill(3);
    const path = join(directory, JOURNAL);
    await writeFile(path, Buffer.concat([await readFile(path), Buffer.alloc(length, 0x9e)]));
    await fill(1, 3);
    expect(logs.join()).toContain(`${String(length)} bytes of an unfinished record`);
    expect(await ids()).toEqual([0, 1, 2, 3]);
  });

  it('followed by zeros, as a file system may leave them, is repaired', async () => {
    await fill(2);
    const path = join(directory, JOURNAL);
    await truncate(path, (await readFile(path)).length + 4096);
    expect(await ids()).toEqual([0, 1]);
  });

  it('with any bit of an earlier record damaged is refused and left as it is', async () => {
    await fill(4);
    const offsets = await frameOffsets();
    const path = join(directory, JOURNAL);
    const whole = await readFile(path);
    const beforeLast = offsets.at(-2) ?? 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: beforeLast - 1 }), async (at) => {
        await writeFile(path, whole);
        await flipByte(path, at);
        const damaged = await readFile(path);
        await expect(open()).rejects.toBeInstanceOf(CorruptDataError);
        expect(await readFile(path)).toEqual(damaged);
      }),
      { numRuns: 60 },
    );
  });

  it('that lost a file of the row is refused', async () => {
    await fill(2);
    const engine = await open();
    await engine.compact();
    await engine.close();
    await rm(join(directory, 'journal-000002.log'));
    await expect(open()).rejects.toThrow('journal-000002.log is missing');
  });

  it('cut off while it was being made is made again', async () => {
    await writeFile(join(directory, JOURNAL), Buffer.from('TRIB'));
    await fill(1);
    expect(await ids()).toEqual([0]);
  });
});

describe('compaction', () => {
  it('keeps documents, order, indexes and writes that come while it runs', async () => {
    await fill(20);
    const engine = await open();
    engine.write([
      { kind: 'createIndex', namespace: NAMESPACE, spec: { key: { text: new Int32(1) }, name: 'text' } },
    ]);
    const compacting = engine.compact();
    engine.write(insertion(engine, NAMESPACE, { _id: 20 }));
    await engine.flushed();
    engine.write([{ kind: 'remove', namespace: NAMESPACE, id: 1 }]);
    await compacting;
    await engine.close();
    expect((await readdir(directory)).sort()).toEqual(['journal-000002.log', 'snapshot-000002.bin']);
    expect(await ids()).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    const again = await open();
    expect(again.collection(NAMESPACE)?.indexes.map(({ entries }) => entries.size)).toEqual([20, 20]);
    await again.close();
  });

  it('interrupted at any step loses nothing', async () => {
    await fill(5);
    const before = await makeDataDir();
    const after = await makeDataDir();
    await cp(directory, before, { recursive: true });
    const engine = await open();
    await engine.compact();
    engine.write(insertion(engine, NAMESPACE, { _id: 5 }));
    await engine.close();
    await cp(directory, after, { recursive: true });
    const snapshot = 'snapshot-000002.bin';
    const steps: Record<string, () => Promise<void>> = {
      'the new journal is there, the snapshot not': () => rm(join(directory, snapshot)),
      'the snapshot is half written aside': async () => {
        const bytes = await readFile(join(after, snapshot));
        await writeFile(join(directory, `${snapshot}.tmp`), bytes.subarray(0, Math.floor(bytes.length / 2)));
        await rm(join(directory, snapshot));
      },
      'the old journal is not removed yet': () => Promise.resolve(),
    };
    for (const prepare of Object.values(steps)) {
      await rm(directory, { recursive: true });
      await cp(after, directory, { recursive: true });
      await copyFile(join(before, JOURNAL), join(directory, JOURNAL));
      await prepare();
      expect(await ids()).toEqual([0, 1, 2, 3, 4, 5]);
    }
    await rm(before, { recursive: true });
    await rm(after, { recursive: true });
  });

  it('leaves a snapshot that is refused when damaged or cut', async () => {
    await fill(5);
    const engine = await open();
    await engine.compact();
    await engine.close();
    const path = join(directory, 'snapshot-000002.bin');
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, whole.length - 16));
    await expect(open()).rejects.toThrow('is not complete');
    await writeFile(path, whole);
    await flipByte(path, Math.floor(whole.length / 2));
    await expect(open()).rejects.toThrow('is damaged');
  });

  it('happens by itself once the journal outgrows the data, and keeps it small', async () => {
    const engine = await open();
    const text = 'x'.repeat(100_000);
    engine.write(insertion(engine, NAMESPACE, { _id: 1, text }));
    const id = 1;
    for (let i = 0; i < 150; i += 1) {
      engine.write([
        { kind: 'put', namespace: NAMESPACE, id, record: { doc: { _id: 1, i, text }, bytes: text.length } },
      ]);
      await engine.flushed();
    }
    await engine.close();
    expect(logs.join()).toContain('compacted the journal');
    const again = await open();
    expect(Number(contents(again)[0]?.['i'])).toBe(149);
    await again.close();
  });
});
