-- Up Migration

-- Ids are UUIDv7 and times are given by the service; timestamptz(3) is what a JavaScript Date holds, so a value
-- read from a row compares equal to that row again (list cursors depend on it).
CREATE TABLE users (
  id uuid PRIMARY KEY,
  email text NOT NULL CHECK (length(email) <= 254),
  -- What makes two addresses the same account. Computed by the service: lower() depends on the database's locale.
  email_key text NOT NULL UNIQUE,
  display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 80),
  given_name text,
  family_name text,
  phone text CHECK (phone ~ '^\+[1-9][0-9]{1,14}$'),
  locale text NOT NULL DEFAULT 'en',
  avatar_url text,
  last_sign_in_at timestamptz(3),
  version int NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL
);
CREATE INDEX users_created ON users (created_at DESC, id DESC);

CREATE TABLE password_credentials (
  user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  hash text NOT NULL CHECK (hash LIKE '$argon2id$%'),
  updated_at timestamptz(3) NOT NULL
);

CREATE TABLE roles (role text PRIMARY KEY, description text NOT NULL);
CREATE TABLE role_scopes (
  role text NOT NULL REFERENCES roles (role),
  scope text NOT NULL CHECK (scope ~ '^[a-z]+:[a-z]+$'),
  PRIMARY KEY (role, scope)
);
CREATE TABLE user_roles (
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role text NOT NULL REFERENCES roles (role),
  granted_at timestamptz(3) NOT NULL,
  PRIMARY KEY (user_id, role)
);
INSERT INTO roles VALUES
  ('CUSTOMER', 'buys'),
  ('SUPPORT', 'helps buyers'),
  ('CATALOG_MANAGER', 'runs the catalog'),
  ('FINANCE', 'runs money'),
  ('ADMIN', 'everything');
INSERT INTO role_scopes VALUES
  ('SUPPORT', 'users:read'), ('SUPPORT', 'orders:read'), ('SUPPORT', 'payments:read'),
  ('CATALOG_MANAGER', 'catalog:write'), ('CATALOG_MANAGER', 'inventory:read'), ('CATALOG_MANAGER', 'inventory:write'),
  ('FINANCE', 'orders:read'), ('FINANCE', 'payments:read'), ('FINANCE', 'payments:capture'),
  ('FINANCE', 'payments:refund'), ('FINANCE', 'disputes:write'), ('FINANCE', 'ledger:read'),
  ('ADMIN', 'users:read'), ('ADMIN', 'users:admin'), ('ADMIN', 'catalog:write'), ('ADMIN', 'inventory:read'),
  ('ADMIN', 'inventory:write'), ('ADMIN', 'orders:read'), ('ADMIN', 'payments:read'), ('ADMIN', 'payments:capture'),
  ('ADMIN', 'payments:refund'), ('ADMIN', 'disputes:write'), ('ADMIN', 'ledger:read'), ('ADMIN', 'webhooks:write');

-- One per sign-in; all refresh tokens of a session are one family.
CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  auth_time timestamptz(3) NOT NULL,
  last_seen_at timestamptz(3) NOT NULL,
  absolute_expires_at timestamptz(3) NOT NULL,
  revoked_at timestamptz(3),
  revoke_reason text CHECK (revoke_reason IN ('SIGN_OUT', 'TOKEN_REUSE')),
  CHECK ((revoked_at IS NULL) = (revoke_reason IS NULL))
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE refresh_tokens (
  -- SHA-256 of the token; the token itself is never stored.
  token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
  session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  generation int NOT NULL,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  used_at timestamptz(3),
  -- Readable only with the token of this very row: see src/credentials/refresh-token.ts.
  sealed_successor bytea,
  UNIQUE (session_id, generation),
  CHECK ((used_at IS NULL) = (sealed_successor IS NULL))
);
-- A family has at most one live token, whatever the code above believes.
CREATE UNIQUE INDEX refresh_tokens_one_live ON refresh_tokens (session_id) WHERE used_at IS NULL;

CREATE TABLE addresses (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  recipient_name text NOT NULL,
  company text,
  line1 text NOT NULL,
  line2 text,
  city text NOT NULL,
  region text,
  postal_code text,
  country_code text NOT NULL CHECK (country_code ~ '^[A-Z]{2}$'),
  phone text CHECK (phone ~ '^\+[1-9][0-9]{1,14}$'),
  is_default_shipping boolean NOT NULL DEFAULT false,
  is_default_billing boolean NOT NULL DEFAULT false,
  created_at timestamptz(3) NOT NULL
);
CREATE INDEX addresses_user ON addresses (user_id, created_at, id);
CREATE UNIQUE INDEX addresses_one_shipping ON addresses (user_id) WHERE is_default_shipping;
CREATE UNIQUE INDEX addresses_one_billing ON addresses (user_id) WHERE is_default_billing;

-- Who did what to which account. Ids only, no personal data: rows outlive the account.
CREATE TABLE audit_events (
  id uuid PRIMARY KEY,
  at timestamptz(3) NOT NULL,
  type text NOT NULL CHECK (type IN ('REGISTERED', 'SIGNED_IN', 'SIGN_IN_FAILED', 'SIGNED_OUT', 'TOKEN_REUSED')),
  subject_id uuid,
  session_id uuid
);
CREATE INDEX audit_events_subject ON audit_events (subject_id, at DESC, id DESC);

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '42501';
END
$$;
CREATE TRIGGER audit_events_immutable BEFORE UPDATE OR DELETE ON audit_events
  FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_events_not_truncated BEFORE TRUNCATE ON audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();
