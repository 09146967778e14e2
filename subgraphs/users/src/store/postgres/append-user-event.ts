import { newUuid } from '@tributary/subgraph-kit';
import { appendEvent } from '@tributary/subgraph-kit/events';
import type pg from 'pg';
import { userIds } from '../../domain/ids.ts';
import type { User } from '../user-store.ts';

export type UserEventType =
  'user.registered' | 'user.updated' | 'user.suspended' | 'user.reinstated' | 'user.erased';

/** Tells other services, in the caller's transaction, of what everybody may know of an account. */
export async function appendUserEvent(
  client: pg.PoolClient,
  type: UserEventType,
  { id, displayName, avatarUrl, suspendedAt, version }: User,
  now: Date,
  deliverFrom: Date = now,
): Promise<void> {
  const event = {
    specversion: '1.0' as const,
    id: newUuid(),
    source: 'users',
    type,
    subject: userIds.fromUuid(id),
    time: now.toISOString(),
    sequence: String(version),
    data: { displayName, avatarUrl, suspended: suspendedAt !== null },
  };
  await appendEvent(client, event, deliverFrom);
}
