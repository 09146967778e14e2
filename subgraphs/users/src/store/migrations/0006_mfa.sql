-- Up Migration

CREATE TABLE totp_credentials (
  user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  -- Encrypted: packages/subgraph-kit/src/sealer.ts.
  secret_sealed bytea NOT NULL,
  created_at timestamptz(3) NOT NULL,
  -- From then on sign-ins ask for a code.
  confirmed_at timestamptz(3),
  -- A code works once: only those of later steps are accepted.
  last_used_step bigint NOT NULL DEFAULT 0
);

CREATE TABLE recovery_codes (
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  -- SHA-256: a code has 80 random bits.
  code_hash bytea NOT NULL CHECK (length(code_hash) = 32),
  used_at timestamptz(3),
  PRIMARY KEY (user_id, code_hash)
);

-- Between the password and the second factor of a sign-in.
CREATE TABLE mfa_challenges (
  -- SHA-256 of its id, which only the one who gave the password has.
  id_hash bytea PRIMARY KEY CHECK (length(id_hash) = 32),
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  attempts int NOT NULL DEFAULT 0,
  expires_at timestamptz(3) NOT NULL
);
CREATE INDEX mfa_challenges_expiry ON mfa_challenges (expires_at);

-- Proving again who one is renews auth_time, so it is not when the session began any more.
ALTER TABLE sessions ADD COLUMN created_at timestamptz(3);
UPDATE sessions SET created_at = auth_time;
ALTER TABLE sessions ALTER COLUMN created_at SET NOT NULL;
