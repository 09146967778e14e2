import { dropEvents } from '@tributary/subgraph-kit/events';
import type pg from 'pg';
import { userIds } from '../../domain/ids.ts';
import type { User } from '../user-store.ts';
import { appendUserEvent } from './append-user-event.ts';
import { appendAuditEvent } from './audit-event.ts';
import { USER_COLUMNS } from './user-columns.ts';

/** What belongs to an account and goes with it. Tokens first: whoever uses one now is done, or finds none. */
const OWNED = [
  'one_time_tokens',
  'password_credentials',
  'totp_credentials',
  'recovery_codes',
  'mfa_challenges',
  'passkeys',
  'passkey_challenges',
  'sessions',
  'addresses',
  'user_roles',
  'data_exports',
] as const;

/** In the caller's transaction. Of several instances each takes another account. @returns its id. */
export async function eraseNextUser(
  client: pg.PoolClient,
  now: Date,
  announceFrom: Date,
): Promise<string | undefined> {
  const due = await client.query<User>(
    `SELECT ${USER_COLUMNS} FROM users WHERE erasure_due_at <= $1 AND erased_at IS NULL
      ORDER BY erasure_due_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
    [now],
  );
  const user = due.rows[0];
  if (user === undefined) return undefined;
  for (const table of OWNED) await client.query(`DELETE FROM ${table} WHERE user_id = $1`, [user.id]);
  await client.query('DELETE FROM letters WHERE user_id = $1 OR email = $2', [user.id, user.email]);
  // They hold the name; whoever has not had them needs the end of the story only.
  await dropEvents(client, userIds.fromUuid(user.id));
  const { rows } = await client.query<User>(
    `UPDATE users SET email = '', email_key = 'erased:' || id, email_verified_at = NULL, display_name = 'Deleted user',
            given_name = NULL, family_name = NULL, phone = NULL, avatar_url = NULL, locale = 'en',
            last_sign_in_at = NULL, suspended_at = NULL, suspend_reason = NULL,
            erased_at = $2, updated_at = $2, version = version + 1
      WHERE id = $1 RETURNING ${USER_COLUMNS}`,
    [user.id, now],
  );
  const erased = rows[0];
  if (erased === undefined) throw new Error('unreachable: the row is locked');
  await appendUserEvent(client, 'user.erased', erased, now, announceFrom);
  await appendAuditEvent(client, { type: 'USER_ERASED', at: now, subjectId: user.id });
  return user.id;
}
