/**
 * The append-only log. A record counts once the frame that holds it is fsynced.
 *
 * Group commit: everything waiting when the disk becomes free goes into ONE frame, one write, one fsync.
 * One frame per fsync also makes recovery exact: a frame is only written after the one before it is
 * safe, so a bad frame followed by a good one cannot be a crash and must be damage.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { createFileHeader, encodeFrame, FILE_HEADER_BYTES, type FileHeader } from './frames.ts';
import { syncDirectory } from './sync-directory.ts';

/** Frames larger than this are split, unless a single record is larger. */
const MAX_FRAME_BYTES = 32 * 1024 * 1024;

export interface Journal {
  /** Queues a record (an atomic group of BSON documents). */
  append(documents: readonly Uint8Array[]): void;
  /** Resolves when everything appended so far is on the disk. */
  flushed(): Promise<void>;
  /** What is appended from now on goes to a new file; resolves once the old one is complete and closed. */
  rotate(path: string, generation: number): Promise<void>;
  /** Size of the current file with everything queued, in bytes. */
  bytes(): number;
  /** Flushes and closes. */
  close(): Promise<void>;
}

export interface OpenJournal {
  readonly path: string;
  readonly header: FileHeader;
  readonly nextSequence: number;
  readonly bytes: number;
  /** Called once when the disk refuses; nothing appended afterwards will ever be acknowledged. */
  readonly onFailure: (error: Error) => void;
}

interface Waiter {
  readonly position: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Rotation {
  readonly path: string;
  readonly generation: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

type Item = readonly Uint8Array[] | Rotation;

/** Makes an empty journal file, safe on disk before anything relies on it. */
export async function createJournalFile(
  path: string,
  directory: string,
  generation: number,
): Promise<FileHeader> {
  const { header, bytes } = createFileHeader(generation);
  const file = await open(path, 'w');
  try {
    await file.write(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncDirectory(directory);
  return header;
}

export async function openJournal(directory: string, options: OpenJournal): Promise<Journal> {
  let file: FileHandle = await open(options.path, 'a');
  let { header, nextSequence, bytes: fileBytes } = options;
  let queue: Item[] = [];
  let [appended, durable] = [0, 0];
  let waiters: Waiter[] = [];
  let [isPumping, pumping] = [false, Promise.resolve()];
  let failure: Error | undefined;

  function enqueue(item: Item): void {
    queue.push(item);
    if (isPumping) return;
    isPumping = true;
    pumping = pump();
  }

  async function pump(): Promise<void> {
    try {
      // Lets commands of the same turn of the event loop join this frame.
      await Promise.resolve();
      while (queue.length > 0) {
        const first = queue[0];
        if (first && 'path' in first) {
          queue.shift();
          await switchTo(first);
        } else {
          await writeFrame();
        }
      }
    } catch (error) {
      // As it is: its code says that the disk is full.
      fail(error as Error);
    } finally {
      // In the same turn as the look at the empty queue: a record queued in between would wait for ever.
      isPumping = false;
    }
  }

  async function writeFrame(): Promise<void> {
    const parts: Uint8Array[] = [];
    let [records, bytes] = [0, 0];
    for (const item of queue) {
      if ('path' in item || bytes > MAX_FRAME_BYTES) break;
      for (const part of item) {
        parts.push(part);
        bytes += part.length;
      }
      records += 1;
    }
    queue = queue.slice(records);
    const frame = encodeFrame(header, nextSequence, parts);
    await writeFully(file, frame);
    await file.datasync();
    nextSequence += 1;
    fileBytes += frame.length;
    durable += records;
    waiters = waiters.filter((waiter) => {
      if (waiter.position > durable) return true;
      waiter.resolve();
      return false;
    });
  }

  async function switchTo({ path, generation, resolve, reject }: Rotation): Promise<void> {
    try {
      header = await createJournalFile(path, directory, generation);
      const next = await open(path, 'a');
      await file.close();
      file = next;
      [nextSequence, fileBytes] = [1, FILE_HEADER_BYTES];
      resolve();
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }

  function fail(error: Error): void {
    failure = error;
    queue = [];
    for (const waiter of waiters) waiter.reject(error);
    waiters = [];
    options.onFailure(error);
  }

  return {
    append(documents) {
      appended += 1;
      if (!failure) enqueue(documents);
    },
    flushed() {
      if (failure) return Promise.reject(failure);
      if (durable >= appended) return Promise.resolve();
      return new Promise((resolve, reject) => {
        waiters.push({ position: appended, resolve, reject });
      });
    },
    rotate(path, generation) {
      if (failure) return Promise.reject(failure);
      return new Promise((resolve, reject) => {
        enqueue({ path, generation, resolve, reject });
      });
    },
    bytes: () => fileBytes,
    async close() {
      while (isPumping) await pumping;
      await file.close();
    },
  };
}

async function writeFully(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
}
