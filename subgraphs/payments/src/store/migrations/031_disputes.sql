-- Up Migration

-- A buyer's bank takes a payment back, or asks about it. What the provider says of it is written down as it is; the
-- money is in the ledger: withdrawn at once, reinstated when it is won, and the payment's loss when it is lost.
-- Moves go forward only: what was read of the provider before something newer was written changes nothing.
INSERT INTO state_transitions
SELECT 'dispute', f.status, t.status FROM
  (VALUES ('WARNING_NEEDS_RESPONSE', 0), ('WARNING_UNDER_REVIEW', 1), ('WARNING_CLOSED', 2), ('NEEDS_RESPONSE', 3),
          ('UNDER_REVIEW', 4)) AS f (status, rank)
  JOIN (VALUES ('WARNING_UNDER_REVIEW', 1), ('WARNING_CLOSED', 2), ('PREVENTED', 2), ('NEEDS_RESPONSE', 3),
          ('UNDER_REVIEW', 4), ('WON', 5), ('LOST', 5)) AS t (status, rank) ON t.rank > f.rank;

CREATE TABLE disputes (
  id uuid PRIMARY KEY,
  payment_id uuid NOT NULL,
  currency currency_code NOT NULL,
  amount minor_units NOT NULL CHECK (amount > 0),
  provider text NOT NULL,
  provider_reference text NOT NULL,
  status text NOT NULL CHECK (status IN ('WARNING_NEEDS_RESPONSE', 'WARNING_UNDER_REVIEW', 'WARNING_CLOSED',
    'NEEDS_RESPONSE', 'UNDER_REVIEW', 'WON', 'LOST', 'PREVENTED')),
  reason text NOT NULL,
  evidence_due_by timestamptz(3),
  -- What we have said to it; of people, so it is erased with them.
  evidence text,
  -- What of it is set aside on the payment's own account: less than its amount when some was refunded before.
  pending_transfer_id uuid UNIQUE REFERENCES ledger_transfers (id),
  fee_amount minor_units NOT NULL DEFAULT 0,
  version int NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (provider, provider_reference),
  FOREIGN KEY (payment_id, currency) REFERENCES payments (id, currency)
);
CREATE INDEX disputes_newest ON disputes (created_at DESC, id DESC);
CREATE INDEX disputes_of_payment ON disputes (payment_id, created_at);
CREATE TRIGGER disputes_state BEFORE UPDATE ON disputes
  FOR EACH ROW EXECUTE FUNCTION check_transition('dispute');
CREATE TRIGGER disputes_announced AFTER INSERT OR UPDATE OF status ON disputes
  FOR EACH ROW EXECUTE FUNCTION announce_status('dispute');

ALTER TABLE provider_requests
  ADD COLUMN dispute_id uuid REFERENCES disputes (id),
  DROP CONSTRAINT provider_requests_operation_check,
  ADD CONSTRAINT provider_requests_operation_check
    CHECK (operation IN ('AUTHORIZE', 'CAPTURE', 'CANCEL', 'REFUND', 'EVIDENCE', 'ACCEPT')),
  ADD CONSTRAINT provider_requests_dispute CHECK ((operation IN ('EVIDENCE', 'ACCEPT')) = (dispute_id IS NOT NULL));
DROP INDEX provider_requests_one_open;
CREATE UNIQUE INDEX provider_requests_one_open ON provider_requests (payment_id)
  WHERE state = 'INTENDED' AND operation IN ('AUTHORIZE', 'CAPTURE', 'CANCEL');
CREATE UNIQUE INDEX provider_requests_one_open_of_dispute ON provider_requests (dispute_id) WHERE state = 'INTENDED';

-- What is disputed is set aside on the payment's account as a refund is, and is none.
DROP VIEW payment_amounts;
CREATE VIEW payment_amounts AS
SELECT a.payment_id, a.currency, a.credits_pending AS capturable, a.credits_posted - x.returned AS captured,
  a.debits_posted - x.returned - d.lost AS refunded, a.debits_pending - d.disputed AS refund_pending,
  a.credits_posted - a.debits_posted - a.debits_pending AS refundable, d.disputed, d.lost
FROM ledger_accounts a
CROSS JOIN LATERAL (
  SELECT coalesce(sum(t.amount), 0)::bigint AS returned
  FROM ledger_transfers t JOIN ledger_transactions l ON l.id = t.transaction_id
  WHERE t.credit_account_id = a.id AND l.type = 'REFUND_RETURNED'
) x
CROSS JOIN LATERAL (
  SELECT coalesce(sum(t.amount) FILTER (WHERE r.id IS NULL), 0)::bigint AS disputed,
    coalesce(sum(r.amount) FILTER (WHERE r.kind = 'POST_PENDING'), 0)::bigint AS lost
  FROM disputes dispute
  JOIN ledger_transfers t ON t.id = dispute.pending_transfer_id
  LEFT JOIN ledger_transfers r ON r.pending_id = t.id
  WHERE dispute.payment_id = a.payment_id
) d
WHERE a.payment_id IS NOT NULL;
