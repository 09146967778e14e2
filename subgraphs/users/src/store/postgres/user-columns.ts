/** A row of `users` as a `User`. */
export const USER_COLUMNS = `id, email, email_verified_at AS "emailVerifiedAt", display_name AS "displayName", given_name AS "givenName",
  family_name AS "familyName", phone, locale, avatar_url AS "avatarUrl", created_at AS "createdAt",
  last_sign_in_at AS "lastSignInAt", suspended_at AS "suspendedAt", erasure_requested_at AS "erasureRequestedAt",
  erasure_due_at AS "erasureDueAt", erased_at AS "erasedAt", version`;
