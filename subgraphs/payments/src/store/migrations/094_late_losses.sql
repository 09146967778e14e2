-- Up Migration

-- What a payment has lost to disputes is all that their verdicts took of its account: of a refund that comes back after a
-- verdict too, which no longer was set aside for it.
CREATE OR REPLACE VIEW payment_amounts AS
SELECT a.payment_id, a.currency, a.credits_pending AS capturable, a.credits_posted - x.returned AS captured,
  a.debits_posted - x.returned - l.lost AS refunded, a.debits_pending - d.disputed AS refund_pending,
  a.credits_posted - a.debits_posted - a.debits_pending AS refundable, d.disputed, l.lost
FROM ledger_accounts a
CROSS JOIN LATERAL (
  SELECT coalesce(sum(t.amount), 0)::bigint AS returned
  FROM ledger_transfers t JOIN ledger_transactions l ON l.id = t.transaction_id
  WHERE t.credit_account_id = a.id AND l.type = 'REFUND_RETURNED'
) x
CROSS JOIN LATERAL (
  SELECT coalesce(sum(t.amount) FILTER (WHERE r.id IS NULL), 0)::bigint AS disputed
  FROM disputes dispute
  JOIN ledger_transfers t ON t.id = dispute.pending_transfer_id
  LEFT JOIN ledger_transfers r ON r.pending_id = t.id
  WHERE dispute.payment_id = a.payment_id
) d
CROSS JOIN LATERAL (
  SELECT coalesce(sum(t.amount), 0)::bigint AS lost
  FROM ledger_transfers t JOIN ledger_transactions l ON l.id = t.transaction_id
  WHERE t.debit_account_id = a.id AND l.type = 'DISPUTE_LOST'
) l
WHERE a.payment_id IS NOT NULL;
