import type pg from 'pg';
import { appendUserEvent } from './append-user-event.ts';
import { appendAuditEvent } from './audit-event.ts';
import { USER_COLUMNS } from './user-columns.ts';
import type { NewUser, User } from '../user-store.ts';

/** Account, credential, role and audit event, inside the caller's transaction. */
export async function registerUser(client: pg.PoolClient, user: NewUser): Promise<User | 'EMAIL_TAKEN'> {
  // A concurrent insert of the same key makes this one wait; it then finds the conflict, or inserts if the other failed.
  const { rows } = await client.query<User>(
    `INSERT INTO users (id, email, email_key, display_name, given_name, family_name, locale, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT DO NOTHING RETURNING ${USER_COLUMNS}`,
    [
      user.id,
      user.email,
      user.emailKey,
      user.displayName,
      user.givenName,
      user.familyName,
      user.locale,
      user.createdAt,
    ],
  );
  const created = rows[0];
  if (created === undefined) return 'EMAIL_TAKEN';
  await client.query('INSERT INTO password_credentials (user_id, hash, updated_at) VALUES ($1, $2, $3)', [
    user.id,
    user.passwordHash,
    user.createdAt,
  ]);
  await client.query('INSERT INTO user_roles (user_id, role, granted_at) VALUES ($1, $2, $3)', [
    user.id,
    user.role,
    user.createdAt,
  ]);
  await appendUserEvent(client, 'user.registered', created, user.createdAt);
  await appendAuditEvent(client, { type: 'REGISTERED', at: user.createdAt, subjectId: user.id });
  return created;
}
