-- Up Migration

-- What its owner recognises a session by.
ALTER TABLE sessions
  ADD COLUMN methods text[] NOT NULL DEFAULT '{PASSWORD}',
  ADD COLUMN ip_address text,
  ADD COLUMN user_agent text;
DROP INDEX sessions_user;
CREATE INDEX sessions_user ON sessions (user_id, last_seen_at DESC, id DESC) WHERE revoked_at IS NULL;
