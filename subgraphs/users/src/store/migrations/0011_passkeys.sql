-- Up Migration

CREATE TABLE passkeys (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  -- Chosen by the authenticator; nobody else's can have it.
  credential_id bytea NOT NULL UNIQUE CHECK (length(credential_id) BETWEEN 1 AND 1023),
  -- COSE_Key; public, so a copy of the database signs nobody in.
  public_key bytea NOT NULL CHECK (length(public_key) <= 4096),
  -- Signatures its authenticator says it has made; always 0 where it does not count.
  counter bigint NOT NULL CHECK (counter BETWEEN 0 AND 4294967295),
  transports text[] NOT NULL,
  backed_up boolean NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  created_at timestamptz(3) NOT NULL,
  last_used_at timestamptz(3)
);
CREATE INDEX passkeys_user ON passkeys (user_id, created_at, id);

-- Between the options that a browser is given and what its authenticator makes of them. A row is used up by being deleted.
CREATE TABLE passkey_challenges (
  -- SHA-256 of its id, which only the one who began has.
  id_hash bytea PRIMARY KEY CHECK (length(id_hash) = 32),
  -- Random; what is signed.
  challenge text NOT NULL CHECK (length(challenge) = 43),
  -- Who adds a passkey; null: anybody may sign in with one.
  user_id uuid REFERENCES users (id) ON DELETE CASCADE,
  expires_at timestamptz(3) NOT NULL
);
CREATE INDEX passkey_challenges_user ON passkey_challenges (user_id);
CREATE INDEX passkey_challenges_expiry ON passkey_challenges (expires_at);

-- Optimistic lock: changes with every write.
ALTER TABLE addresses ADD COLUMN version int NOT NULL DEFAULT 0;
