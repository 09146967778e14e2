-- Up Migration

-- The sandbox is a process of its own now, with books of its own.
DROP SCHEMA sandbox CASCADE;

-- What the provider has told us, written down before it is acknowledged. An event is a hint to look, so nothing
-- of it is kept but what it is about: the provider itself is asked for what is true.
CREATE TABLE provider_events (
  provider text NOT NULL,
  event_id text NOT NULL,
  type text NOT NULL,
  reference text,
  received_at timestamptz NOT NULL DEFAULT now(),
  processed_at timestamptz,
  attempts int NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (provider, event_id)
);
CREATE INDEX provider_events_todo ON provider_events (next_attempt_at) WHERE processed_at IS NULL;
CREATE INDEX provider_events_old ON provider_events (received_at);

-- A bank may want its customer to say who they are: the buyer does something elsewhere, and the saga waits for it.
INSERT INTO state_transitions VALUES
  ('payment', 'PROCESSING', 'REQUIRES_ACTION'),
  ('payment', 'REQUIRES_ACTION', 'REQUIRES_PAYMENT_METHOD'),
  ('payment', 'REQUIRES_ACTION', 'REQUIRES_CAPTURE'),
  ('payment', 'REQUIRES_ACTION', 'CANCELED'),
  ('checkout', 'PAYING', 'EXPIRED'),
  ('checkout', 'PAYING', 'CANCELED');
ALTER TABLE payments
  ADD COLUMN next_action jsonb,
  DROP CONSTRAINT payments_status_check,
  ADD CONSTRAINT payments_status_check CHECK (status IN (
    'REQUIRES_PAYMENT_METHOD', 'REQUIRES_ACTION', 'PROCESSING', 'REQUIRES_CAPTURE', 'SUCCEEDED', 'CANCELED')),
  ADD CONSTRAINT payments_action_when_required CHECK ((status = 'REQUIRES_ACTION') = (next_action IS NOT NULL));
ALTER TABLE checkouts
  DROP CONSTRAINT checkouts_step_check,
  ADD CONSTRAINT checkouts_step_check CHECK (step IN (
    'RESERVE', 'AWAIT_BUYER', 'AUTHORIZE', 'AWAIT_ACTION', 'COMMIT_STOCK', 'CAPTURE', 'RESTOCK', 'VOID',
    'RELEASE_STOCK', 'DONE'));
