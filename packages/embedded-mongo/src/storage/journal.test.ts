import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDataDir } from '../testing/test-mongo.ts';
import { FILE_HEADER_BYTES, readFrame } from './frames.ts';
import { createJournalFile, openJournal } from './journal.ts';

const FULL_DISK = '/dev/full';

describe('a journal on a full disk', () => {
  (existsSync(FULL_DISK) ? it : it.skip)('acknowledges nothing and says so once', async () => {
    const directory = await makeDataDir();
    const failures: string[] = [];
    const journal = await openJournal(directory, {
      path: FULL_DISK,
      header: { salt: 1, generation: 1 },
      nextSequence: 1,
      bytes: 0,
      onFailure: (error) => failures.push(error.message),
    });
    journal.append([Buffer.from('a')]);
    await expect(journal.flushed()).rejects.toThrow('ENOSPC');
    journal.append([Buffer.from('b')]);
    await expect(journal.flushed()).rejects.toThrow('ENOSPC');
    expect(failures).toHaveLength(1);
    await journal.close();
    await rm(directory, { recursive: true });
  });
});

describe('a journal', () => {
  it('writes a record queued the moment the one before it became durable', async () => {
    const directory = await makeDataDir();
    const path = join(directory, 'journal-000001.log');
    const header = await createJournalFile(path, directory, 1);
    const journal = await openJournal(directory, {
      path,
      header,
      nextSequence: 1,
      bytes: FILE_HEADER_BYTES,
      onFailure: () => undefined,
    });
    for (let i = 0; i < 50; i += 1) {
      journal.append([Buffer.from([i])]);
      await journal.flushed();
    }
    await journal.close();
    const file = await readFile(path);
    const frames: number[] = [];
    for (
      let frame = readFrame(file, header, FILE_HEADER_BYTES);
      frame;
      frame = readFrame(file, header, frame.end)
    )
      frames.push(...frame.payload);
    expect(frames).toEqual(Array.from({ length: 50 }, (_, i) => i));
    await rm(directory, { recursive: true });
  });
});
