import {
  InvalidCursorError,
  readPage,
  toConnection,
  type Connection,
  type Page,
  type PageArguments,
} from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { userIds } from '../domain/ids.ts';
import type { User, UserPage, UserStore } from '../store/user-store.ts';

const SORT = 'newest';
const DEFAULT_PAGE_SIZE = 25;
/** The end of the year 9999; PostgreSQL knows no instants that a cursor of ours could name beyond it. */
const MAX_TIME_MS = 253_402_300_799_999;

export type UserConnection = Connection<User> & {
  /** Counted only when asked for: GraphQL calls it as the field's resolver. */
  readonly totalCount: () => Promise<number>;
};

export async function listUsers(
  args: PageArguments,
  users: UserStore,
  { loaders }: UsersContext,
): Promise<UserConnection> {
  const page = readPage(args, SORT, DEFAULT_PAGE_SIZE);
  const rows = await users.list({ limit: page.size + 1, backward: page.backward, after: readPosition(page) });
  for (const user of rows) loaders.user.prime(user.id, user);
  const connection = toConnection(rows, page, SORT, (user) => [
    user.createdAt.getTime(),
    userIds.fromUuid(user.id),
  ]);
  return { ...connection, totalCount: () => users.count() };
}

/** @throws InvalidCursorError when the values are not ones a cursor of this list can hold. */
function readPosition({ values }: Page): UserPage['after'] {
  if (values === undefined) return undefined;
  const [time, id] = values;
  const uuid = typeof id === 'string' ? userIds.toUuid(id) : undefined;
  const isTime = typeof time === 'number' && Number.isInteger(time) && time >= 0 && time <= MAX_TIME_MS;
  if (values.length !== 2 || uuid === undefined || !isTime) throw new InvalidCursorError();
  return { createdAt: new Date(time), id: uuid };
}
