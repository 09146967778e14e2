-- Up Migration

-- What the total is made of. Tax on the shipping is part of tax_total and of no line.
ALTER TABLE checkouts
  ADD COLUMN billing_address jsonb,
  ADD COLUMN subtotal minor_units NOT NULL DEFAULT 0,
  ADD COLUMN shipping_total minor_units NOT NULL DEFAULT 0,
  ADD COLUMN shipping_tax minor_units NOT NULL DEFAULT 0,
  ADD COLUMN tax_total minor_units NOT NULL DEFAULT 0,
  -- The address without which shipping or tax cannot be known yet: until it is given, nobody can pay.
  ADD COLUMN lacks_address text CHECK (lacks_address IN ('SHIPPING', 'BILLING'));
ALTER TABLE line_items
  ADD COLUMN tax_category text NOT NULL DEFAULT 'standard',
  ADD COLUMN requires_shipping boolean NOT NULL DEFAULT true,
  ADD COLUMN tax_amount minor_units NOT NULL DEFAULT 0;
UPDATE checkouts SET subtotal = total;
ALTER TABLE checkouts
  ADD CONSTRAINT checkouts_total_is_its_parts CHECK (total = subtotal + shipping_total + tax_total);

DROP TRIGGER checkout_total ON checkouts;
DROP TRIGGER line_total ON line_items;
DROP FUNCTION checkout_total_matches();
-- A checkout's totals equal its lines at every commit.
CREATE FUNCTION checkout_totals_match() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  checkout uuid := (to_jsonb(coalesce(NEW, OLD)) ->> TG_ARGV[0])::uuid;
  header record;
  lines record;
BEGIN
  SELECT subtotal, tax_total - shipping_tax AS tax INTO header FROM checkouts WHERE id = checkout;
  SELECT coalesce(sum(line_amount), 0) AS amount, coalesce(sum(tax_amount), 0) AS tax INTO lines
    FROM line_items WHERE checkout_id = checkout;
  IF header.subtotal <> lines.amount OR header.tax <> lines.tax THEN
    RAISE EXCEPTION 'checkout % has % and tax %, and lines worth % and tax %',
      checkout, header.subtotal, header.tax, lines.amount, lines.tax USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER checkout_totals AFTER INSERT OR UPDATE OF subtotal, tax_total, shipping_tax ON checkouts
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION checkout_totals_match('id');
CREATE CONSTRAINT TRIGGER line_totals AFTER INSERT OR DELETE OR UPDATE OF quantity, unit_amount, tax_amount ON line_items
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION checkout_totals_match('checkout_id');

-- From the moment somebody pays, a price is what they were shown.
CREATE FUNCTION prices_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the price of a checkout is frozen' USING ERRCODE = '42501';
END $$;
CREATE TRIGGER checkouts_prices_frozen BEFORE UPDATE ON checkouts FOR EACH ROW
  WHEN (OLD.status <> 'OPEN' AND (OLD.total, OLD.subtotal, OLD.shipping_total, OLD.shipping_tax, OLD.tax_total)
    IS DISTINCT FROM (NEW.total, NEW.subtotal, NEW.shipping_total, NEW.shipping_tax, NEW.tax_total))
  EXECUTE FUNCTION prices_frozen();

-- How much of a refund is tax and shipping; the rest is goods. Decided when it is asked for, so that what is left of
-- each is known to the next.
ALTER TABLE refunds
  ADD COLUMN shipping_amount minor_units NOT NULL DEFAULT 0,
  ADD COLUMN tax_amount minor_units NOT NULL DEFAULT 0,
  ADD CONSTRAINT refunds_parts CHECK (shipping_amount + tax_amount <= amount);

-- What was sold before these accounts were kept was goods: it is allotted as that now, once for each payment.
INSERT INTO ledger_accounts (id, code, currency, normal_side, bounded)
  SELECT gen_random_uuid(), account.code, m.currency, account.side, false
  FROM (SELECT DISTINCT currency FROM payment_amounts WHERE captured > refunded) m
  CROSS JOIN (VALUES ('clearing:payments', 'DEBIT'), ('revenue:sales', 'CREDIT')) account (code, side);
WITH sold AS (
  SELECT gen_random_uuid() AS id, payment_id, currency, captured - refunded AS amount
  FROM payment_amounts WHERE captured > refunded
), transactions AS (
  INSERT INTO ledger_transactions (id, type, payment_id, idempotency_key)
  SELECT id, 'ALLOTMENT', payment_id, 'allotment:' || payment_id FROM sold
)
INSERT INTO ledger_transfers (id, transaction_id, kind, debit_account_id, credit_account_id, currency, amount)
  SELECT gen_random_uuid(), s.id, 'POSTED', clearing.id, sales.id, s.currency, s.amount
  FROM sold s
  JOIN ledger_accounts clearing ON clearing.currency = s.currency AND clearing.code = 'clearing:payments'
  JOIN ledger_accounts sales ON sales.currency = s.currency AND sales.code = 'revenue:sales';
