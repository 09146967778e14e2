-- Up Migration

-- To find sessions that ended long ago.
CREATE INDEX sessions_revoked ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX sessions_expiry ON sessions (absolute_expires_at);
