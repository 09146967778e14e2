-- Up Migration

-- What happened, for other services: packages/subgraph-kit/src/events/outbox.ts.
CREATE TABLE events (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  -- The aggregate: deliveries of one are in order.
  subject text NOT NULL,
  event jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL
);
CREATE INDEX events_created ON events (created_at);

CREATE TABLE event_subscribers (name text PRIMARY KEY);

CREATE TABLE event_deliveries (
  subscriber text NOT NULL REFERENCES event_subscribers (name) ON DELETE CASCADE,
  seq bigint NOT NULL REFERENCES events (seq) ON DELETE CASCADE,
  subject text NOT NULL,
  attempts int NOT NULL DEFAULT 0,
  next_attempt_at timestamptz(3) NOT NULL,
  delivered_at timestamptz(3),
  -- Given up; an administrator may have it tried again.
  died_at timestamptz(3),
  last_error text,
  PRIMARY KEY (subscriber, seq)
);
CREATE INDEX event_deliveries_seq ON event_deliveries (seq);
CREATE INDEX event_deliveries_waiting ON event_deliveries (subscriber, subject, seq)
  WHERE delivered_at IS NULL AND died_at IS NULL;
CREATE INDEX event_deliveries_dead ON event_deliveries (seq) WHERE died_at IS NOT NULL;
