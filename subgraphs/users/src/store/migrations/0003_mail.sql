-- Up Migration

ALTER TABLE users ADD COLUMN email_verified_at timestamptz(3);

-- What a mail proves that its reader holds the address.
CREATE TABLE one_time_tokens (
  -- SHA-256 of the token; the token itself is only in the mail.
  token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
  purpose text NOT NULL CHECK (purpose IN ('EMAIL_VERIFY', 'PASSWORD_RESET', 'EMAIL_CHANGE')),
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  -- The address that it was sent to.
  email text NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  used_at timestamptz(3)
);
CREATE INDEX one_time_tokens_user ON one_time_tokens (user_id);
CREATE INDEX one_time_tokens_expiry ON one_time_tokens (expires_at);

-- Letters to be written, in the transaction of what they tell about. They hold no token: it is made when the letter is.
CREATE TABLE letters (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  -- As somebody wrote it; who it belongs to is looked up when the letter is written.
  email text NOT NULL,
  user_id uuid REFERENCES users (id) ON DELETE CASCADE,
  created_at timestamptz(3) NOT NULL,
  attempts int NOT NULL DEFAULT 0,
  next_attempt_at timestamptz(3) NOT NULL,
  -- Sent, or found to be nobody's.
  done_at timestamptz(3),
  failed_at timestamptz(3),
  last_error text
);
CREATE INDEX letters_due ON letters (next_attempt_at) WHERE done_at IS NULL AND failed_at IS NULL;

ALTER TABLE sessions DROP CONSTRAINT sessions_revoke_reason_check;
ALTER TABLE sessions ADD CONSTRAINT sessions_revoke_reason_check CHECK (revoke_reason ~ '^[A-Z_]{3,40}$');
