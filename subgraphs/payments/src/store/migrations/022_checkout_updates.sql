-- Up Migration

ALTER TABLE checkouts
  -- Products holds the stock of each revision under an id of its own; 0 is the one the checkout was made with.
  ADD COLUMN revision int NOT NULL DEFAULT 0,
  ADD COLUMN last_revision int NOT NULL DEFAULT 0,
  ADD CONSTRAINT checkouts_revision CHECK (revision <= last_revision);

-- An open checkout may get other lines, all at once; from then on only what was refunded of a line moves.
CREATE OR REPLACE FUNCTION lines_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  checkout uuid := CASE TG_OP WHEN 'INSERT' THEN NEW.checkout_id ELSE OLD.checkout_id END;
BEGIN
  IF TG_OP <> 'UPDATE' AND (SELECT status FROM checkouts WHERE id = checkout) = 'OPEN' THEN
    RETURN coalesce(NEW, OLD);
  END IF;
  -- Generated columns are not computed yet in NEW.
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - '{refunded_quantity,line_amount}'::text[]
    = to_jsonb(OLD) - '{refunded_quantity,line_amount}'::text[] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the lines of a checkout are frozen' USING ERRCODE = '42501';
END $$;

-- Holds that no checkout sells: one that is being made for an update is here until the update is written, and one
-- that an update has replaced until products has taken it back. The claim says that it is too late to sell it.
CREATE TABLE loose_holds (
  reservation_id text PRIMARY KEY,
  checkout_id uuid NOT NULL REFERENCES checkouts (id),
  claimed boolean NOT NULL DEFAULT false,
  due_at timestamptz NOT NULL,
  attempts int NOT NULL DEFAULT 0
);
CREATE INDEX loose_holds_due ON loose_holds (due_at);
