import type { UsersContext } from '../context.ts';
import { userIds } from '../domain/ids.ts';
import type { User } from '../store/user-store.ts';

/** Null for an id that is unknown or no user's. */
export async function findUser(id: unknown, { loaders }: UsersContext): Promise<User | null> {
  const uuid = typeof id === 'string' ? userIds.toUuid(id) : undefined;
  return uuid === undefined ? null : loaders.user.load(uuid);
}
