-- Up Migration

-- What guests of one network hold together is bounded too: few checkouts of very many pieces empty a shelf as well as
-- many do. Known before the stock is held, and forgotten with the network.
ALTER TABLE checkouts
  ADD COLUMN held_units int,
  ADD CONSTRAINT checkouts_held_units CHECK (held_units IS NULL OR held_units > 0 AND opened_from IS NOT NULL);

CREATE OR REPLACE FUNCTION forget_network() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.opened_from := NULL;
  NEW.held_units := NULL;
  RETURN NEW;
END $$;
