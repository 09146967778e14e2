-- Up Migration

-- Who is signed in to the console. A session may what its key may, for as long as both hold.
CREATE TABLE console_sessions (
  -- SHA-256 of what the cookie holds, which is 256 random bits.
  token_hash text PRIMARY KEY,
  key_id uuid NOT NULL REFERENCES api_keys (id),
  expires_at timestamptz(3) NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX console_sessions_expires ON console_sessions (expires_at);
