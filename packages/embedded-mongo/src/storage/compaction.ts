import { open, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import type { RetryTable } from '../transactions/retry-table.ts';
import { encodeChange, type Catalog } from './changes.ts';
import type { Collection } from './collection.ts';
import { journalName, parseFileName, snapshotName } from './file-names.ts';
import { createFileHeader, encodeFrame, type FileHeader } from './frames.ts';
import type { History } from './history.ts';
import type { Journal } from './journal.ts';
import { syncDirectory } from './sync-directory.ts';
import { scan } from './tree.ts';

const SMALLEST_WORTHWHILE_BYTES = 4 * 1024 * 1024;
const GROWTH = 3;
const FRAME_BYTES = 1024 * 1024;

/** True once replaying the journal costs several times what the live data would. */
export function isCompactionDue(journalBytes: number, catalog: Catalog): boolean {
  if (journalBytes < SMALLEST_WORTHWHILE_BYTES) return false;
  let live = 0;
  for (const { bytes } of catalog.values()) live += bytes;
  return journalBytes > GROWTH * live + SMALLEST_WORTHWHILE_BYTES;
}

export interface CompactionParts {
  readonly directory: string;
  readonly catalog: Catalog;
  readonly retries: RetryTable;
  readonly history: History;
  readonly journal: Journal;
  /** Number of the new snapshot and journal. */
  readonly generation: number;
  readonly log: Log;
}

/**
 * Writes snapshot N and starts journal N.
 *
 * Snapshot N holds exactly what the journals before N hold. A crash anywhere in between leaves either
 * the old snapshot with all journals since, or the new one: both replay to the same state.
 */
export async function compact({
  directory,
  catalog,
  retries,
  history,
  journal,
  generation,
  log,
}: CompactionParts): Promise<void> {
  // Both in one turn of the event loop: the state captured is the state the new journal starts from.
  const state = [...catalog.values()];
  const outcomes = retries.all();
  const position = history.position();
  await journal.rotate(join(directory, journalName(generation)), generation);

  const aside = join(directory, `${snapshotName(generation)}.tmp`);
  const file = await open(aside, 'w');
  try {
    const { header, bytes } = createFileHeader(generation);
    await file.writeFile(bytes);
    for (const frame of snapshotFrames(header, state, outcomes, position)) await file.writeFile(frame);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, join(directory, snapshotName(generation)));
  await syncDirectory(directory);
  await removeOlderFiles(directory, generation);
  log(`compacted the journal into ${snapshotName(generation)}`);
}

/** Files that a snapshot of this generation replaces. */
export async function removeOlderFiles(directory: string, generation: number): Promise<void> {
  for (const name of await readdir(directory)) {
    const file = parseFileName(name);
    if (file && (file.kind === 'unfinished' || file.generation < generation))
      await unlink(join(directory, name));
  }
}

/** Ends with an empty frame, which tells a complete snapshot from a cut one. */
function* snapshotFrames(
  header: FileHeader,
  state: readonly Collection[],
  outcomes: ReturnType<RetryTable['all']>,
  position: number,
): Generator<Buffer> {
  let sequence = 0;
  let parts: Uint8Array[] = [];
  let bytes = 0;
  for (const part of snapshotEntries(state, outcomes, position)) {
    parts.push(part);
    bytes += part.length;
    if (bytes < FRAME_BYTES) continue;
    yield encodeFrame(header, (sequence += 1), parts);
    [parts, bytes] = [[], 0];
  }
  if (parts.length > 0) yield encodeFrame(header, (sequence += 1), parts);
  yield encodeFrame(header, sequence + 1, []);
}

function* snapshotEntries(
  state: readonly Collection[],
  outcomes: ReturnType<RetryTable['all']>,
  position: number,
): Generator<Uint8Array> {
  for (const { namespace, uuid, records, indexes } of state) {
    yield encodeChange({ kind: 'create', namespace, uuid });
    for (const [id, record] of scan(records)) yield encodeChange({ kind: 'put', namespace, id, record });
    // Position 0 is the _id index, which every collection is born with.
    for (const { definition } of indexes.slice(1))
      yield encodeChange({ kind: 'createIndex', namespace, spec: definition.spec });
  }
  for (const outcome of outcomes) yield encodeChange({ kind: 'retry', outcome });
  yield encodeChange({ kind: 'position', position });
}
