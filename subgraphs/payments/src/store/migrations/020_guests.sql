-- Up Migration

-- A guest has no account. What is theirs is reached with a secret, and only its hash is here.
ALTER TABLE checkouts
  ALTER COLUMN buyer_id DROP NOT NULL,
  ADD COLUMN email text,
  ADD COLUMN client_secret_hash bytea,
  ADD CONSTRAINT checkouts_owner CHECK (buyer_id IS NOT NULL OR email IS NOT NULL),
  ADD CONSTRAINT checkouts_client_secret
    CHECK (client_secret_hash IS NULL OR buyer_id IS NULL AND octet_length(client_secret_hash) = 32);
ALTER TABLE orders ALTER COLUMN buyer_id DROP NOT NULL;
ALTER TABLE payments ALTER COLUMN buyer_id DROP NOT NULL;
