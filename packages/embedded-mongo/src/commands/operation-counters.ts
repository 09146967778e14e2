import type { Doc } from '../bson/value.ts';
import { isArray } from '../bson/value.ts';

export interface OperationCounters {
  count(name: string, body: Doc): void;
  /** As `serverStatus` tells them: since the start. */
  totals(): Readonly<Record<string, number>>;
}

/** Documents or statements of a write, wherever the command keeps them. */
const COUNTED: Readonly<Record<string, readonly [kind: string, list?: string]>> = {
  insert: ['insert', 'documents'],
  find: ['query'],
  update: ['update', 'updates'],
  delete: ['delete', 'deletes'],
  getMore: ['getmore'],
};

export function createOperationCounters(): OperationCounters {
  const totals: Record<string, number> = {
    insert: 0,
    query: 0,
    update: 0,
    delete: 0,
    getmore: 0,
    command: 0,
  };
  return {
    count(name, body) {
      const [kind, list] = (Object.hasOwn(COUNTED, name) ? COUNTED[name] : undefined) ?? ['command'];
      const items = list === undefined ? undefined : body[list];
      totals[kind] = (totals[kind] ?? 0) + (isArray(items) ? items.length : 1);
    },
    totals: () => ({ ...totals }),
  };
}
