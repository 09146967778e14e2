-- Up Migration

-- What changed waits here from the commit on until an instance tells it, many at a time. A transaction that notifies
-- itself would hold PostgreSQL's one lock for that until its commit is on disk, so that all of them waited in a row.
-- Unlogged: whoever listens loses their connection in a crash too, and then reads again what they watch.
CREATE UNLOGGED TABLE untold_changes (
  payload text NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);

CREATE OR REPLACE FUNCTION tell_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  payload text := TG_ARGV[0] || ' ' || (to_jsonb(NEW) ->> TG_ARGV[1]);
  -- Of this transaction.
  written text := coalesce(current_setting('payments.untold', true), '');
BEGIN
  IF strpos(written, payload) = 0 THEN
    INSERT INTO untold_changes VALUES (payload);
    PERFORM set_config('payments.untold', written || payload || ',', true);
  END IF;
  RETURN NULL;
END $$;
