-- Up Migration

-- Codes that were used, for as long as they could be used again: one that comes back from elsewhere was seen by somebody.
CREATE TABLE totp_uses (
  user_id uuid NOT NULL REFERENCES totp_credentials (user_id) ON DELETE CASCADE,
  -- The period that the code is of.
  step bigint NOT NULL,
  used_at timestamptz(3) NOT NULL,
  -- The sign-in or the session that it was used in. Whoever sends it again from there has only clicked twice.
  used_by text NOT NULL,
  -- Its owner is told once.
  reused_at timestamptz(3),
  PRIMARY KEY (user_id, step)
);
CREATE INDEX totp_uses_used ON totp_uses (used_at);
