-- Up Migration

ALTER TABLE users
  ADD COLUMN erasure_requested_at timestamptz(3),
  -- Until then the owner may change their mind.
  ADD COLUMN erasure_due_at timestamptz(3),
  ADD COLUMN erased_at timestamptz(3),
  ADD CHECK ((erasure_requested_at IS NULL) = (erasure_due_at IS NULL)),
  ADD CHECK (erased_at IS NULL OR erasure_due_at IS NOT NULL),
  -- The row stays, because orders and the audit log name its id; nothing in it says whose it was.
  ADD CHECK (erased_at IS NULL OR (
    email = '' AND email_key = 'erased:' || id AND display_name = 'Deleted user' AND given_name IS NULL
    AND family_name IS NULL AND phone IS NULL AND avatar_url IS NULL AND locale = 'en' AND last_sign_in_at IS NULL
    AND suspend_reason IS NULL));
CREATE INDEX users_erasure_due ON users (erasure_due_at) WHERE erasure_due_at IS NOT NULL AND erased_at IS NULL;

-- What a person is given of their own data, collected from every service.
CREATE TABLE data_exports (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  requested_at timestamptz(3) NOT NULL,
  attempts int NOT NULL DEFAULT 0,
  next_attempt_at timestamptz(3) NOT NULL,
  last_error text,
  -- Given up.
  failed_at timestamptz(3),
  -- Encrypted: packages/subgraph-kit/src/sealer.ts.
  document_sealed bytea,
  -- The document is deleted then.
  expires_at timestamptz(3),
  CHECK ((document_sealed IS NULL) = (expires_at IS NULL))
);
CREATE INDEX data_exports_user ON data_exports (user_id, requested_at DESC);
CREATE INDEX data_exports_due ON data_exports (next_attempt_at) WHERE document_sealed IS NULL AND failed_at IS NULL;
CREATE INDEX data_exports_expiry ON data_exports (expires_at);
CREATE UNIQUE INDEX data_exports_one_open ON data_exports (user_id) WHERE document_sealed IS NULL AND failed_at IS NULL;
