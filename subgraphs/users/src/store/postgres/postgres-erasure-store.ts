import { newUuid } from '@tributary/subgraph-kit';
import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { ErasureStore } from '../erasure-store.ts';
import type { User } from '../user-store.ts';
import { addLetter } from './add-letter.ts';
import { appendAuditEvent } from './audit-event.ts';
import { eraseNextUser } from './erase-next-user.ts';
import { USER_COLUMNS } from './user-columns.ts';

export function createPostgresErasureStore(pool: pg.Pool): ErasureStore {
  return {
    request: (request) => withTransaction(pool, (client) => requestErasure(client, request)),
    cancel: ({ userId, now }) =>
      withTransaction(pool, async (client) => {
        const { rows } = await client.query<{ email: string }>(
          `UPDATE users SET erasure_requested_at = NULL, erasure_due_at = NULL, updated_at = $2, version = version + 1
            WHERE id = $1 AND erasure_due_at IS NOT NULL AND erased_at IS NULL RETURNING email`,
          [userId, now],
        );
        const email = rows[0]?.email;
        if (email === undefined) return false;
        await addLetter(client, { id: newUuid(), kind: 'ERASURE_CANCELED', email, userId, now });
        await appendAuditEvent(client, { type: 'ERASURE_CANCELED', at: now, subjectId: userId });
        return true;
      }),
    eraseNext: (now, announceFrom) =>
      withTransaction(pool, (client) => eraseNextUser(client, now, announceFrom)),
  };
}

async function requestErasure(
  client: pg.PoolClient,
  { userId, dueAt, now }: Parameters<ErasureStore['request']>[0],
): Promise<User | 'NOT_FOUND' | 'ADMINISTERS'> {
  const current = await client.query<User>(
    `SELECT ${USER_COLUMNS} FROM users WHERE id = $1 AND erased_at IS NULL FOR NO KEY UPDATE`,
    [userId],
  );
  const before = current.rows[0];
  if (before === undefined) return 'NOT_FOUND';
  if (before.erasureDueAt !== null) return before;
  const admin = await client.query(`SELECT FROM user_roles WHERE user_id = $1 AND role = 'ADMIN'`, [userId]);
  if (admin.rowCount !== 0) return 'ADMINISTERS';
  const { rows } = await client.query<User>(
    `UPDATE users SET erasure_requested_at = $2, erasure_due_at = $3, updated_at = $2, version = version + 1
      WHERE id = $1 RETURNING ${USER_COLUMNS}`,
    [userId, now, dueAt],
  );
  const user = rows[0];
  if (user === undefined) return 'NOT_FOUND';
  await addLetter(client, { id: newUuid(), kind: 'ERASURE_REQUESTED', email: user.email, userId, now });
  await appendAuditEvent(client, { type: 'ERASURE_REQUESTED', at: now, subjectId: userId });
  return user;
}
