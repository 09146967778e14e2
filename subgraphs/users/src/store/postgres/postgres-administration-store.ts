import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import { inRoleOrder, type Role } from '../../domain/roles.ts';
import type { AdministrationStore, AdministrativeAct, VersionedAct } from '../administration-store.ts';
import type { User } from '../user-store.ts';
import { admitAdministrator } from './admit-administrator.ts';
import { appendUserEvent } from './append-user-event.ts';
import { appendAuditEvent, type AuditEvent } from './audit-event.ts';
import { revokeSessions } from './revoke-sessions.ts';
import { USER_COLUMNS } from './user-columns.ts';

export function createPostgresAdministrationStore(pool: pg.Pool): AdministrationStore {
  const administer = <T>(
    { actorId }: AdministrativeAct,
    work: (client: pg.PoolClient) => Promise<T>,
  ): Promise<T | 'FORBIDDEN'> =>
    withTransaction(pool, async (client) =>
      (await admitAdministrator(client, actorId)) ? work(client) : 'FORBIDDEN',
    );
  return {
    suspend: (act) =>
      administer(act, async (client) => {
        if (await isOtherVersion(client, act)) return 'VERSION_MISMATCH';
        if (await isLastAdministrator(client, act.userId)) return 'LAST_ADMIN';
        const user = await update(client, act, 'suspended_at = $2, suspend_reason = $3', [act.reason]);
        if (user === undefined) return 'NOT_FOUND';
        await revokeSessions(client, { userId: act.userId, reason: 'ADMIN', now: act.now });
        await appendUserEvent(client, 'user.suspended', user, act.now);
        await record(client, act, 'USER_SUSPENDED');
        return user;
      }),
    reinstate: (act) =>
      administer(act, async (client) => {
        if (await isOtherVersion(client, act)) return 'VERSION_MISMATCH';
        const user = await update(client, act, 'suspended_at = NULL, suspend_reason = NULL');
        if (user === undefined) return 'NOT_FOUND';
        await appendUserEvent(client, 'user.reinstated', user, act.now);
        await record(client, act, 'USER_REINSTATED');
        return user;
      }),
    setRoles: (act) => administer(act, (client) => setRoles(client, act)),
    revokeSessions: (act) =>
      administer(act, async (client) => {
        const user = await find(client, act.userId);
        if (user === undefined) return 'NOT_FOUND';
        const count = await revokeSessions(client, { userId: act.userId, reason: 'ADMIN', now: act.now });
        await record(client, act, 'SESSIONS_REVOKED', { count });
        return user;
      }),
    recordUnlock: (act) =>
      administer(act, async (client) => {
        const user = await find(client, act.userId);
        if (user === undefined) return 'NOT_FOUND';
        await record(client, act, 'USER_UNLOCKED');
        return user;
      }),
  };
}

async function setRoles(
  client: pg.PoolClient,
  act: Parameters<AdministrationStore['setRoles']>[0],
): ReturnType<AdministrationStore['setRoles']> {
  const current = await client.query<{ version: number; isErasureDue: boolean; roles: Role[] }>(
    `SELECT version, erasure_due_at IS NOT NULL AS "isErasureDue",
            ARRAY(SELECT role FROM user_roles WHERE user_id = users.id) AS roles
       FROM users WHERE id = $1 AND erased_at IS NULL FOR NO KEY UPDATE`,
    [act.userId],
  );
  const before = current.rows[0];
  if (before === undefined) return 'NOT_FOUND';
  if (before.version !== act.expectedVersion) return 'VERSION_MISMATCH';
  const administers = act.roles.includes('ADMIN');
  if (administers && before.isErasureDue) return 'ERASURE_DUE';
  if (!administers && (await isLastAdministrator(client, act.userId))) return 'LAST_ADMIN';
  await client.query('DELETE FROM user_roles WHERE user_id = $1 AND role <> ALL($2)', [
    act.userId,
    act.roles,
  ]);
  await client.query(
    `INSERT INTO user_roles (user_id, role, granted_at) SELECT $1, unnest($2::text[]), $3 ON CONFLICT DO NOTHING`,
    [act.userId, act.roles, act.now],
  );
  const user = await update(client, act, 'updated_at = $2');
  if (user === undefined) return 'NOT_FOUND';
  await record(client, act, 'ROLES_SET', {
    before: inRoleOrder(before.roles),
    after: inRoleOrder(act.roles),
  });
  return user;
}

/** Whether nobody would be left without them: those who are suspended or about to be erased cannot administer. */
async function isLastAdministrator(client: pg.PoolClient, userId: string): Promise<boolean> {
  const { rows } = await client.query<{ userId: string; canAct: boolean }>(
    `SELECT user_id AS "userId", suspended_at IS NULL AND erasure_due_at IS NULL AS "canAct"
       FROM user_roles JOIN users ON users.id = user_id WHERE role = 'ADMIN'`,
  );
  return (
    rows.some((admin) => admin.userId === userId) &&
    !rows.some((admin) => admin.userId !== userId && admin.canAct)
  );
}

/** Locks the account's row: what is written next is written to the version that was looked at. */
async function isOtherVersion(
  client: pg.PoolClient,
  { userId, expectedVersion }: VersionedAct,
): Promise<boolean> {
  if (expectedVersion === undefined) return false;
  const { rows } = await client.query<{ version: number }>(
    'SELECT version FROM users WHERE id = $1 FOR NO KEY UPDATE',
    [userId],
  );
  return rows[0] !== undefined && rows[0].version !== expectedVersion;
}

/** @param assignments SQL of ours; `$2` is the time, what follows are `values`. */
async function update(
  client: pg.PoolClient,
  { userId, now }: AdministrativeAct,
  assignments: string,
  values: readonly unknown[] = [],
): Promise<User | undefined> {
  const { rows } = await client.query<User>(
    `UPDATE users SET version = version + 1, ${assignments} WHERE id = $1 AND erased_at IS NULL AND $2::timestamptz IS NOT NULL
     RETURNING ${USER_COLUMNS}`,
    [userId, now, ...values],
  );
  return rows[0];
}

async function find(client: pg.PoolClient, userId: string): Promise<User | undefined> {
  const { rows } = await client.query<User>(`SELECT ${USER_COLUMNS} FROM users WHERE id = $1`, [userId]);
  return rows[0];
}

const record = (
  client: pg.PoolClient,
  { actorId, userId, now }: AdministrativeAct,
  type: AuditEvent['type'],
  detail: Readonly<Record<string, unknown>> = {},
): Promise<void> => appendAuditEvent(client, { type, at: now, actorId, subjectId: userId, detail });
