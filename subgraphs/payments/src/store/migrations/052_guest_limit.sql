-- Up Migration

-- A checkout holds stock, and a guest is nobody in particular: what counts is the network they came from. It is kept
-- no longer than the checkout may be paid.
ALTER TABLE checkouts
  ADD COLUMN opened_from text,
  ADD CONSTRAINT checkouts_opened_from CHECK (opened_from IS NULL OR buyer_id IS NULL AND status IN ('OPEN', 'PAYING'));
CREATE INDEX checkouts_open_of_network ON checkouts (opened_from) WHERE opened_from IS NOT NULL;

CREATE FUNCTION forget_network() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.opened_from := NULL;
  RETURN NEW;
END $$;
CREATE TRIGGER checkouts_forget_network BEFORE UPDATE ON checkouts
  FOR EACH ROW WHEN (NEW.opened_from IS NOT NULL AND NEW.status NOT IN ('OPEN', 'PAYING'))
  EXECUTE FUNCTION forget_network();
