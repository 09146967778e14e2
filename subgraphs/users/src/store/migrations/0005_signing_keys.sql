-- Up Migration

-- Keys of access tokens: each is published before it signs, and until the last token it signed has expired.
CREATE TABLE signing_keys (
  kid text PRIMARY KEY,
  public_jwk jsonb NOT NULL CHECK (NOT public_jwk ? 'd'),
  -- Encrypted: packages/subgraph-kit/src/sealer.ts.
  private_sealed bytea NOT NULL,
  active_from timestamptz(3) NOT NULL,
  created_at timestamptz(3) NOT NULL
);
