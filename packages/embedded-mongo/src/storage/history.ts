/**
 * The newest changes, for change streams.
 *
 * A change's position is how many there were before it, over restarts, too: replaying the journal counts them
 * again and snapshots begin with the count. So a resume token, which is a position, holds as long as the changes
 * after it are kept here.
 */
import type { Doc } from '../bson/value.ts';
import { MongoError } from '../errors.ts';
import type { Catalog, Change } from './changes.ts';
import { getKey } from './tree.ts';

const KEPT = 20_000;

export interface PastChange {
  readonly position: number;
  readonly kind: 'insert' | 'update' | 'replace' | 'delete' | 'drop';
  readonly namespace: string;
  readonly before: Doc | undefined;
  readonly after: Doc | undefined;
  readonly at: Date;
}

export interface History {
  /** That of the next change. */
  position(): number;
  /** Before the change is applied: the catalog still has what it replaces. */
  record(change: Change, catalog: Catalog): void;
  /** Nothing before this position is known. */
  startAt(position: number): void;
  /** All that is on the disk has been read back; when it was made is not known. */
  opened(): void;
  /** Changes from a position on. @throws MongoError 286 when some of them are not kept any more, 260 for the future */
  from(position: number): readonly PastChange[];
  /** From where changes since that time are known. @throws MongoError 286 when some of them are not kept any more */
  positionAt(time: Date): number;
  /** Resolves at the next change, or after so many milliseconds. */
  changed(withinMs: number): Promise<void>;
  /** Ends all waits, as if something had changed. */
  wake(): void;
}

export function createHistory(now: () => Date = () => new Date()): History {
  let kept: PastChange[] = [];
  let [oldest, next] = [0, 0];
  let knownSince = new Date(0);
  const waiting = new Set<() => void>();

  const lost = (): MongoError =>
    new MongoError(
      'ChangeStreamHistoryLost',
      'Resume of change stream was not possible, as the resume point may no longer be in the oplog.',
    );

  function wake(): void {
    for (const resume of [...waiting]) resume();
  }

  return {
    position: () => next,
    record(change, catalog) {
      const position = next;
      next += 1;
      if (change.kind !== 'put' && change.kind !== 'remove' && change.kind !== 'drop') return;
      const { namespace } = change;
      const records = catalog.get(namespace)?.records;
      const before = records && change.kind !== 'drop' ? getKey(records, change.id)?.doc : undefined;
      const after = change.kind === 'put' ? change.record.doc : undefined;
      kept.push({ position, kind: kindOf(change, before), namespace, before, after, at: now() });
      if (kept.length >= 2 * KEPT) {
        kept = kept.slice(-KEPT);
        oldest = kept[0]?.position ?? next;
        knownSince = kept[0]?.at ?? knownSince;
      }
      wake();
    },
    startAt(position) {
      [oldest, next] = [position, position];
      kept = [];
    },
    opened() {
      if (next > 0) knownSince = now();
    },
    from(position) {
      if (position > next)
        throw new MongoError('InvalidResumeToken', 'the resume token is not of this server');
      if (position < oldest) throw lost();
      return kept.slice(firstFrom(kept, position));
    },
    positionAt(time) {
      const first = kept.find(({ at }) => at >= time);
      if (time < knownSince) throw lost();
      return first?.position ?? next;
    },
    changed(withinMs) {
      return new Promise((resolve) => {
        const timer = setTimeout(resume, withinMs);
        function resume(): void {
          clearTimeout(timer);
          waiting.delete(resume);
          resolve();
        }
        waiting.add(resume);
      });
    },
    wake,
  };
}

function kindOf(change: Change, before: Doc | undefined): PastChange['kind'] {
  if (change.kind === 'drop') return 'drop';
  if (change.kind === 'remove') return 'delete';
  if (before === undefined) return 'insert';
  return change.kind === 'put' && change.replaces === true ? 'replace' : 'update';
}

/** Positions rise, with gaps: not every change is one that streams tell of. */
function firstFrom(changes: readonly PastChange[], position: number): number {
  let [low, high] = [0, changes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((changes[middle]?.position ?? 0) < position) low = middle + 1;
    else high = middle;
  }
  return low;
}
