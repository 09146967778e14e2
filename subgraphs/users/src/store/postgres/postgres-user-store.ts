import { newUuid } from '@tributary/subgraph-kit';
import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { ProfileChanges } from '../../domain/profile.ts';
import { inRoleOrder } from '../../domain/roles.ts';
import { appendUserEvent } from './append-user-event.ts';
import { addLetter } from './add-letter.ts';
import { registerUser } from './register-user.ts';
import { USER_COLUMNS } from './user-columns.ts';
import type {
  Credential,
  NewUser,
  ProfileUpdate,
  User,
  UserGrants,
  UserPage,
  UserStore,
} from '../user-store.ts';

const PROFILE_COLUMNS: Readonly<Record<keyof ProfileChanges, string>> = {
  displayName: 'display_name',
  givenName: 'given_name',
  familyName: 'family_name',
  phone: 'phone',
  locale: 'locale',
  avatarUrl: 'avatar_url',
};

const SELECT_CREDENTIAL = `SELECT user_id AS "userId", email_key AS "emailKey", hash AS "passwordHash",
  email_verified_at IS NOT NULL AS "isEmailVerified", suspended_at IS NOT NULL AS "isSuspended" FROM password_credentials JOIN users ON users.id = user_id`;

export function createPostgresUserStore(pool: pg.Pool): UserStore {
  return {
    findByIds: async (ids) => {
      const { rows } = await pool.query<User>(
        `SELECT ${USER_COLUMNS} FROM users WHERE id = ANY($1::uuid[])`,
        [ids],
      );
      return rows;
    },
    findByEmailKey: async (emailKey) => {
      const { rows } = await pool.query<User>(`SELECT ${USER_COLUMNS} FROM users WHERE email_key = $1`, [
        emailKey,
      ]);
      return rows[0];
    },
    findCredential: async (emailKey) => {
      const { rows } = await pool.query<Credential>(`${SELECT_CREDENTIAL} WHERE email_key = $1`, [emailKey]);
      return rows[0];
    },
    findCredentialOf: async (userId) => {
      const { rows } = await pool.query<Credential>(`${SELECT_CREDENTIAL} WHERE user_id = $1`, [userId]);
      return rows[0];
    },
    replacePasswordHash: async ({ userId, from, to, now }) => {
      const { rowCount } = await pool.query(
        'UPDATE password_credentials SET hash = $3, updated_at = $4 WHERE user_id = $1 AND hash = $2',
        [userId, from, to, now],
      );
      return rowCount === 1;
    },
    findGrants: async (userIds) => {
      const { rows } = await pool.query<UserGrants>(
        `SELECT user_id AS "userId", array_agg(DISTINCT role) AS roles,
                coalesce(array_agg(DISTINCT scope ORDER BY scope) FILTER (WHERE scope IS NOT NULL), '{}') AS scopes
           FROM user_roles LEFT JOIN role_scopes USING (role) WHERE user_id = ANY($1::uuid[]) GROUP BY user_id`,
        [userIds],
      );
      return rows.map((grants) => ({ ...grants, roles: inRoleOrder(grants.roles) }));
    },
    list: (page) => list(pool, page),
    count: async () => {
      const { rows } = await pool.query<{ count: number }>('SELECT count(*) AS count FROM users');
      return rows[0]?.count ?? 0;
    },
    register: (user, { tellsOwner } = { tellsOwner: true }) =>
      withTransaction(pool, (client) => register(client, user, tellsOwner)),
    updateProfile: (update) => withTransaction(pool, (client) => updateProfile(client, update)),
  };
}

async function register(
  client: pg.PoolClient,
  user: NewUser,
  tellsOwner: boolean,
): Promise<User | 'EMAIL_TAKEN'> {
  const created = await registerUser(client, user);
  const isTaken = created === 'EMAIL_TAKEN';
  if (isTaken && !tellsOwner) return created;
  await addLetter(client, {
    id: newUuid(),
    kind: isTaken ? 'ALREADY_REGISTERED' : 'EMAIL_VERIFY',
    email: user.email,
    userId: isTaken ? undefined : created.id,
    now: user.createdAt,
  });
  return created;
}

async function list(pool: pg.Pool, { limit, backward, after }: UserPage): Promise<readonly User[]> {
  const direction = backward ? 'ASC' : 'DESC';
  const { rows } = await pool.query<User>(
    `SELECT ${USER_COLUMNS} FROM users
      ${after === undefined ? '' : `WHERE (created_at, id) ${backward ? '>' : '<'} ($2, $3::uuid)`}
      ORDER BY created_at ${direction}, id ${direction} LIMIT $1`,
    after === undefined ? [limit] : [limit, after.createdAt, after.id],
  );
  return rows;
}

async function updateProfile(
  client: pg.PoolClient,
  { userId, changes, expectedVersion, now }: ProfileUpdate,
): Promise<User | 'NOT_FOUND' | 'VERSION_MISMATCH'> {
  const { rows } = await client.query<User>(
    `SELECT ${USER_COLUMNS} FROM users WHERE id = $1 AND erased_at IS NULL FOR NO KEY UPDATE`,
    [userId],
  );
  const current = rows[0];
  if (current === undefined) return 'NOT_FOUND';
  if (expectedVersion !== undefined && current.version !== expectedVersion) return 'VERSION_MISMATCH';
  const fields = Object.keys(changes) as (keyof ProfileChanges)[];
  if (fields.length === 0) return current;
  const assignments = fields.map((field, index) => `${PROFILE_COLUMNS[field]} = $${index + 3}`);
  const updated = await client.query<User>(
    `UPDATE users SET ${assignments.join(', ')}, version = version + 1, updated_at = $2 WHERE id = $1
     RETURNING ${USER_COLUMNS}`,
    [userId, now, ...fields.map((field) => changes[field])],
  );
  const [user] = updated.rows;
  if (user === undefined) return 'NOT_FOUND';
  await appendUserEvent(client, 'user.updated', user, now);
  return user;
}
