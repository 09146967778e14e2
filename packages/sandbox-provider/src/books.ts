/** Everything the provider knows: objects by id, each change of several of them one line of the journal. */
import { randomBytes } from 'node:crypto';
import { openJournal } from './journal.ts';
import type { BookObject, EventObject, EventType } from './objects.ts';

interface Entry {
  readonly put: readonly BookObject[];
}

export interface Books {
  get<K extends BookObject['object']>(kind: K, id: string): Extract<BookObject, { object: K }> | undefined;
  list<K extends BookObject['object']>(kind: K): readonly Extract<BookObject, { object: K }>[];
  /** Writes all of them or, should the process die, none. */
  put(...objects: readonly BookObject[]): void;
  /** Resolves when everything put so far is on disk. Nothing is answered before. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export async function openBooks(folder: string): Promise<Books> {
  const kinds = new Map<string, Map<string, BookObject>>();
  const mapOf = (kind: string): Map<string, BookObject> => {
    const map = kinds.get(kind) ?? new Map<string, BookObject>();
    kinds.set(kind, map);
    return map;
  };
  const apply = ({ put }: Entry): void => {
    for (const object of put) mapOf(object.object).set(object.id, object);
  };
  const { journal } = await openJournal<Entry>(folder, (entries) => {
    entries.forEach(apply);
    return [...kinds.values()].flatMap((map) => [...map.values()].map((object) => ({ put: [object] })));
  });
  return {
    get: (kind, id) => mapOf(kind).get(id) as never,
    list: (kind) => [...mapOf(kind).values()] as never,
    put: (...put) => {
      apply({ put });
      journal.append({ put });
    },
    sync: journal.sync,
    close: journal.close,
  };
}

export const newId = (prefix: string): string => `${prefix}_${randomBytes(12).toString('hex')}`;

export const unixNow = (): number => Math.floor(Date.now() / 1_000);

/** What is told to whoever listens, as the object is now. */
export const newEvent = (type: EventType, object: EventObject['data']['object']): EventObject => ({
  id: newId('evt'),
  object: 'event',
  type,
  created: unixNow(),
  api_version: null,
  data: { object },
  delivery: { done: false, attempts: 0 },
});
