import type pg from 'pg';

/** The newest of what grows without bound: strangers who guess a password make history too. */
const MOST_ROWS = 10_000;

/** What a person may see of their account: no hash, no secret, no key. */
const QUERIES = {
  account: `SELECT email, email_verified_at AS "emailVerifiedAt", display_name AS "displayName", given_name AS "givenName",
      family_name AS "familyName", phone, locale, avatar_url AS "avatarUrl", created_at AS "createdAt",
      last_sign_in_at AS "lastSignInAt", suspended_at AS "suspendedAt", suspend_reason AS "suspendReason",
      ARRAY(SELECT role FROM user_roles WHERE user_id = users.id ORDER BY role) AS roles
    FROM users WHERE id = $1`,
  addresses: `SELECT recipient_name AS "recipientName", company, line1, line2, city, region, postal_code AS "postalCode",
      country_code AS "countryCode", phone, is_default_shipping AS "isDefaultShipping",
      is_default_billing AS "isDefaultBilling", created_at AS "createdAt"
    FROM addresses WHERE user_id = $1 ORDER BY created_at, id`,
  sessions: `SELECT created_at AS "createdAt", last_seen_at AS "lastSeenAt", ip_address AS "ipAddress",
      user_agent AS "userAgent", methods, revoked_at AS "revokedAt"
    FROM sessions WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT ${MOST_ROWS}`,
  passkeys: `SELECT name, created_at AS "createdAt", last_used_at AS "lastUsedAt", backed_up AS "backedUp"
    FROM passkeys WHERE user_id = $1 ORDER BY created_at, id`,
  history: `SELECT at, type FROM audit_events WHERE subject_id = $1 ORDER BY at DESC, id DESC LIMIT ${MOST_ROWS}`,
} as const;

export async function collectUserData(
  pool: pg.Pool,
  userId: string,
): Promise<Readonly<Record<string, unknown>>> {
  const entries = await Promise.all(
    Object.entries(QUERIES).map(async ([name, query]) => {
      const { rows } = await pool.query<Record<string, unknown>>(query, [userId]);
      return [name, name === 'account' ? rows[0] : rows] as const;
    }),
  );
  return Object.fromEntries(entries);
}
