import {
  InvalidCursorError,
  readPage,
  toConnection,
  type Connection,
  type Page,
} from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { auditIds, sessionIds, userIds } from '../domain/ids.ts';
import type { AuditEntry, AuditPage, AuditStore } from '../store/audit-store.ts';

const SORT = 'newest';
const DEFAULT_PAGE_SIZE = 50;
/** The end of the year 9999. */
const MAX_TIME_MS = 253_402_300_799_999;
/** No account has it. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

export interface AuditArguments {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly filter?: {
    readonly subjectId?: string | null;
    readonly actorId?: string | null;
    readonly types?: readonly string[] | null;
  } | null;
}

export async function listAuditEvents(
  { first = null, after = null, filter }: AuditArguments,
  audit: AuditStore,
): Promise<Connection<AuditEntry>> {
  const page = readPage({ first, after }, SORT, DEFAULT_PAGE_SIZE);
  const rows = await audit.list({
    limit: page.size + 1,
    after: readPosition(page),
    subjectId: toFilterId(filter?.subjectId),
    actorId: toFilterId(filter?.actorId),
    types: filter?.types ?? undefined,
  });
  return toConnection(rows, page, SORT, ({ at, id }) => [at.getTime(), auditIds.fromUuid(id)]);
}

/** An id that cannot exist finds nothing, instead of everything. */
const toFilterId = (id: string | null | undefined): string | undefined =>
  id === null || id === undefined ? undefined : (userIds.toUuid(id) ?? NOBODY);

/** @throws InvalidCursorError when the values are not ones a cursor of this list can hold. */
function readPosition({ values }: Page): AuditPage['after'] {
  if (values === undefined) return undefined;
  const [time, id] = values;
  const uuid = typeof id === 'string' ? auditIds.toUuid(id) : undefined;
  const isTime = typeof time === 'number' && Number.isInteger(time) && time >= 0 && time <= MAX_TIME_MS;
  if (values.length !== 2 || uuid === undefined || !isTime) throw new InvalidCursorError();
  return { at: new Date(time), id: uuid };
}

export const auditEventResolvers = {
  id: (entry: AuditEntry) => auditIds.fromUuid(entry.id),
  actor: ({ actorId }: AuditEntry, _args: unknown, { loaders }: UsersContext) =>
    actorId === null ? null : loaders.user.load(actorId),
  subject: ({ subjectId }: AuditEntry, _args: unknown, { loaders }: UsersContext) =>
    subjectId === null ? null : loaders.user.load(subjectId),
  subjectId: ({ subjectId }: AuditEntry) => (subjectId === null ? null : userIds.fromUuid(subjectId)),
  sessionId: ({ sessionId }: AuditEntry) => (sessionId === null ? null : sessionIds.fromUuid(sessionId)),
  detail: ({ detail }: AuditEntry) => (Object.keys(detail).length === 0 ? null : JSON.stringify(detail)),
};
