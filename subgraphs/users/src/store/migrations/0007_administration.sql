-- Up Migration

ALTER TABLE users
  ADD COLUMN suspended_at timestamptz(3),
  ADD COLUMN suspend_reason text CHECK (length(suspend_reason) <= 500),
  ADD CHECK ((suspended_at IS NULL) = (suspend_reason IS NULL));

ALTER TABLE audit_events
  -- Who did it; null: the subject, or nobody who was known.
  ADD COLUMN actor_id uuid,
  -- Roles before and after, for example; never personal data.
  ADD COLUMN detail jsonb NOT NULL DEFAULT '{}';
CREATE INDEX audit_events_at ON audit_events (at DESC, id DESC);
