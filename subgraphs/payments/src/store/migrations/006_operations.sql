-- Up Migration

-- What operators do with a payment after its purchase: capture later, give up, refund. Each is written down, with
-- what it takes in the ledger, before the provider is asked.
INSERT INTO state_transitions VALUES
  ('refund', 'PENDING', 'SUCCEEDED'),
  ('refund', 'PENDING', 'FAILED'),
  -- Banks do send refunds back that they had taken.
  ('refund', 'SUCCEEDED', 'FAILED');

ALTER TABLE payments
  ADD COLUMN capture_method text NOT NULL DEFAULT 'AUTOMATIC' CHECK (capture_method IN ('AUTOMATIC', 'MANUAL'));

ALTER TABLE orders
  ADD COLUMN canceled_at timestamptz(3),
  DROP CONSTRAINT orders_status_check,
  ADD CONSTRAINT orders_status_check CHECK (status IN ('CONFIRMED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'CANCELED')),
  ADD CONSTRAINT orders_canceled_when CHECK ((status = 'CANCELED') = (canceled_at IS NOT NULL));

ALTER TABLE line_items
  ADD COLUMN refunded_quantity int NOT NULL DEFAULT 0,
  ADD CONSTRAINT line_items_refunded CHECK (refunded_quantity BETWEEN 0 AND quantity);

-- Only what was refunded of a line may move once it is written.
CREATE OR REPLACE FUNCTION lines_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' AND (SELECT status FROM checkouts WHERE id = NEW.checkout_id) = 'OPEN' THEN
    RETURN NEW;
  END IF;
  -- Generated columns are not computed yet in NEW.
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - '{refunded_quantity,line_amount}'::text[]
    = to_jsonb(OLD) - '{refunded_quantity,line_amount}'::text[] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the lines of a checkout are frozen' USING ERRCODE = '42501';
END $$;

CREATE TABLE refunds (
  id uuid PRIMARY KEY,
  payment_id uuid NOT NULL,
  currency currency_code NOT NULL,
  amount minor_units NOT NULL CHECK (amount > 0),
  status text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'SUCCEEDED', 'FAILED')),
  reason text NOT NULL
    CHECK (reason IN ('DUPLICATE', 'FRAUDULENT', 'REQUESTED_BY_CUSTOMER', 'ORDER_CANCELED', 'OTHER')),
  note text,
  failure_message text,
  provider_reference text UNIQUE,
  -- The money is set aside in the ledger before the provider is asked.
  pending_transfer_id uuid NOT NULL UNIQUE REFERENCES ledger_transfers (id),
  next_look_at timestamptz NOT NULL DEFAULT now(),
  version int NOT NULL DEFAULT 0,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  FOREIGN KEY (payment_id, currency) REFERENCES payments (id, currency)
);
CREATE INDEX refunds_of_payment ON refunds (payment_id, created_at);
CREATE INDEX refunds_pending ON refunds (next_look_at) WHERE status = 'PENDING' AND provider_reference IS NOT NULL;
CREATE TRIGGER refunds_state BEFORE UPDATE ON refunds
  FOR EACH ROW EXECUTE FUNCTION check_transition('refund');

CREATE TABLE refund_lines (
  refund_id uuid NOT NULL REFERENCES refunds (id),
  line_item_id uuid NOT NULL REFERENCES line_items (id),
  quantity int NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (refund_id, line_item_id)
);
CREATE INDEX refund_lines_of_line ON refund_lines (line_item_id);

ALTER TABLE provider_requests
  ADD COLUMN refund_id uuid UNIQUE REFERENCES refunds (id),
  -- Null for a step of a purchase, whose checkout says when it is due. Else when this is due.
  ADD COLUMN due_at timestamptz,
  ADD COLUMN attempts int NOT NULL DEFAULT 0,
  ADD COLUMN waiting_scope text,
  ADD COLUMN waiting_key text,
  DROP CONSTRAINT provider_requests_operation_check,
  ADD CONSTRAINT provider_requests_operation_check
    CHECK (operation IN ('AUTHORIZE', 'CAPTURE', 'CANCEL', 'REFUND')),
  ADD CONSTRAINT provider_requests_refund CHECK ((operation = 'REFUND') = (refund_id IS NOT NULL));
DROP INDEX provider_requests_one_open;
CREATE UNIQUE INDEX provider_requests_one_open ON provider_requests (payment_id)
  WHERE state = 'INTENDED' AND operation <> 'REFUND';
CREATE INDEX provider_requests_due ON provider_requests (due_at) WHERE state = 'INTENDED' AND due_at IS NOT NULL;
CREATE INDEX provider_requests_waiting ON provider_requests (waiting_scope, waiting_key) WHERE waiting_key IS NOT NULL;

CREATE INDEX payments_newest ON payments (created_at DESC, id DESC);

-- A key of an operator answers for a payment, not for a checkout.
ALTER TABLE idempotency_keys ALTER COLUMN checkout_id DROP NOT NULL;

-- All money fields of a payment, from its own account. What a bank sent back is on the account again, so it is
-- neither captured twice nor refunded.
DROP VIEW payment_amounts;
CREATE VIEW payment_amounts AS
SELECT a.payment_id, a.currency, a.credits_pending AS capturable, a.credits_posted - x.returned AS captured,
  a.debits_posted - x.returned AS refunded, a.debits_pending AS refund_pending,
  a.credits_posted - a.debits_posted - a.debits_pending AS refundable
FROM ledger_accounts a
CROSS JOIN LATERAL (
  SELECT coalesce(sum(t.amount), 0)::bigint AS returned
  FROM ledger_transfers t JOIN ledger_transactions l ON l.id = t.transaction_id
  WHERE t.credit_account_id = a.id AND l.type = 'REFUND_RETURNED'
) x
WHERE a.payment_id IS NOT NULL;
