/** Starts from a data directory: newest snapshot, then every journal since, repairing only what a crash can explain. */
import { mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import { createLockTable } from '../transactions/locks.ts';
import { createRetryTable, type RetryTable } from '../transactions/retry-table.ts';
import { decodeChange, endReplay, replayChange, type Catalog } from './changes.ts';
import { isCompactionDue, removeOlderFiles } from './compaction.ts';
import { createEngine, type Engine } from './engine.ts';
import { journalName, parseFileName, snapshotName } from './file-names.ts';
import {
  FILE_HEADER_BYTES,
  findFrameAfter,
  payloadDocuments,
  readFileHeader,
  readFrame,
  type FileHeader,
  type Frame,
} from './frames.ts';
import { createHistory, type History } from './history.ts';
import { createJournalFile, openJournal } from './journal.ts';

/** The files contradict each other or are damaged where no crash could have damaged them. */
export class CorruptDataError extends Error {}

export interface OpenEngineOptions {
  readonly directory: string;
  readonly log: Log;
  /** The disk refuses writes: nothing can be acknowledged any more. */
  readonly onFailure: (error: Error) => void;
}

interface Replay {
  readonly catalog: Catalog;
  readonly retries: RetryTable;
  readonly history: History;
  lastRecordId: number;
}

interface Tail {
  readonly path: string;
  readonly header: FileHeader;
  readonly nextSequence: number;
  readonly bytes: number;
}

export async function openEngine({ directory, log, onFailure }: OpenEngineOptions): Promise<Engine> {
  await mkdir(directory, { recursive: true });
  const files = (await readdir(directory)).flatMap((name) => parseFileName(name) ?? []);
  const replay: Replay = {
    catalog: new Map(),
    retries: createRetryTable(),
    history: createHistory(),
    lastRecordId: 0,
  };
  const base = Math.max(
    0,
    ...files.filter(({ kind }) => kind === 'snapshot').map(({ generation }) => generation),
  );
  if (base > 0) await loadSnapshot(join(directory, snapshotName(base)), replay);

  const generations = journalsSince(
    files.filter(({ kind }) => kind === 'journal').map(({ generation }) => generation),
    base,
  );
  let tail: Tail | undefined;
  for (const generation of generations) {
    tail = await loadJournal(directory, generation, generation === generations.at(-1), replay, log);
  }
  tail ??= await newJournal(directory, 1);
  if (base > 0) await removeOlderFiles(directory, base);

  endReplay(replay.catalog);
  replay.history.opened();
  const journal = await openJournal(directory, { ...tail, onFailure });
  const engine = createEngine({
    directory,
    ...replay,
    locks: createLockTable(),
    journal,
    generation: generations.at(-1) ?? 1,
    log,
  });
  // Several journals are what an interrupted compaction leaves.
  if (generations.length > 1 || isCompactionDue(tail.bytes, replay.catalog)) await engine.compact();
  return engine;
}

/** @throws CorruptDataError when a journal in the row is missing */
function journalsSince(generations: readonly number[], base: number): number[] {
  const first = Math.max(1, base);
  const wanted = generations.filter((generation) => generation >= first).sort((a, b) => a - b);
  if (wanted.length === 0 && (base > 0 || generations.length > 0))
    throw new CorruptDataError(`${journalName(first)} is missing`);
  for (const [i, generation] of wanted.entries()) {
    if (generation !== first + i) throw new CorruptDataError(`${journalName(first + i)} is missing`);
  }
  return wanted;
}

async function loadSnapshot(path: string, replay: Replay): Promise<void> {
  const file = await readFile(path);
  const header = readFileHeader(file);
  let complete = false;
  for (let at = FILE_HEADER_BYTES; header && at < file.length;) {
    const frame = readFrame(file, header, at);
    if (!frame) throw new CorruptDataError(`${path} is damaged at byte ${at}`);
    complete = frame.payload.length === 0;
    applyFrame(frame, replay, false);
    at = frame.end;
  }
  if (!complete) throw new CorruptDataError(`${path} is not complete`);
}

async function loadJournal(
  directory: string,
  generation: number,
  isLast: boolean,
  replay: Replay,
  log: Log,
): Promise<Tail> {
  const path = join(directory, journalName(generation));
  const file = await readFile(path);
  const header = readFileHeader(file);
  if (!header) {
    if (!isLast || file.length > FILE_HEADER_BYTES)
      throw new CorruptDataError(`${path} has a damaged header`);
    // The crash came while the file was being made: nothing can have been acknowledged from it.
    log(`${path} was cut off at its header; starting it again`);
    return newJournal(directory, generation);
  }
  if (header.generation !== generation)
    throw new CorruptDataError(`${path} is a journal of another generation`);
  let at = FILE_HEADER_BYTES;
  let sequence = 0;
  for (let frame = readFrame(file, header, at); frame; frame = readFrame(file, header, at)) {
    if (frame.sequence !== sequence + 1) throw new CorruptDataError(`${path} skips a record at byte ${at}`);
    applyFrame(frame, replay, true);
    ({ end: at, sequence } = frame);
  }
  if (at < file.length) await repairTail(path, file, header, at, isLast, log);
  return { path, header, nextSequence: sequence + 1, bytes: at };
}

/** @throws CorruptDataError when whole records follow the bad one, which no interrupted write leaves behind */
async function repairTail(
  path: string,
  file: Buffer,
  header: FileHeader,
  at: number,
  isLast: boolean,
  log: Log,
): Promise<void> {
  const next = findFrameAfter(file, header, at);
  if (next !== undefined || !isLast) {
    throw new CorruptDataError(
      `${path} is damaged at byte ${at}, but valid data follows${next === undefined ? ' in a later journal' : ` at byte ${next}`}; ` +
        'refusing to start because cutting there would lose acknowledged writes. Restore the directory from a copy or remove it.',
    );
  }
  const handle = await open(path, 'r+');
  try {
    await handle.truncate(at);
    await handle.sync();
  } finally {
    await handle.close();
  }
  log(`${path} ended in ${file.length - at} bytes of an unfinished record; cut them off`);
}

async function newJournal(directory: string, generation: number): Promise<Tail> {
  const path = join(directory, journalName(generation));
  const header = await createJournalFile(path, directory, generation);
  return { path, header, nextSequence: 1, bytes: FILE_HEADER_BYTES };
}

/** @param isHistory Each is a change that was made; those of a snapshot are what there is. */
function applyFrame(frame: Frame, replay: Replay, isHistory: boolean): void {
  for (const entry of payloadDocuments(frame.payload)) {
    const change = decodeChange(entry);
    if (change.kind === 'position') {
      replay.history.startAt(change.position);
      continue;
    }
    if (isHistory) replay.history.record(change, replay.catalog);
    replayChange(replay.catalog, change);
    if (change.kind === 'put' || change.kind === 'remove')
      replay.lastRecordId = Math.max(replay.lastRecordId, change.id);
    if (change.kind === 'retry') replay.retries.remember(change.outcome);
  }
}
