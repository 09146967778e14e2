-- Up Migration

-- The books of the built-in payment provider. It stands for a company of its own: nothing outside
-- src/provider reads these tables, and they reference nothing of ours.
CREATE SCHEMA sandbox;

CREATE TABLE sandbox.intents (
  reference text PRIMARY KEY,
  -- One intent per payment, so even an expired key cannot charge twice.
  payment_id text NOT NULL UNIQUE,
  currency text NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  token text NOT NULL,
  status text NOT NULL CHECK (status IN ('requires_payment_method', 'requires_capture', 'succeeded', 'canceled')),
  failure jsonb,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sandbox.charges (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reference text NOT NULL REFERENCES sandbox.intents (reference),
  amount bigint NOT NULL CHECK (amount > 0),
  captured_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sandbox.idempotency_keys (
  key text PRIMARY KEY,
  request jsonb NOT NULL,
  response jsonb NOT NULL,
  -- When the answer is given: later than the effect for the slow test tokens.
  answer_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
