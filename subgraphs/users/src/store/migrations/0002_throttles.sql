-- Up Migration

-- How often something was tried, for example with one account or from one network: src/domain/limits.ts.
-- Rows are of use for hours; they hold hashes of e-mail addresses, and network addresses.
CREATE TABLE throttles (
  key text PRIMARY KEY CHECK (length(key) <= 200),
  attempts int NOT NULL,
  window_started_at timestamptz(3) NOT NULL,
  blocked_until timestamptz(3)
);
CREATE INDEX throttles_window ON throttles (window_started_at);

ALTER TABLE audit_events DROP CONSTRAINT audit_events_type_check;
ALTER TABLE audit_events ADD CONSTRAINT audit_events_type_check CHECK (type ~ '^[A-Z_]{3,40}$');
