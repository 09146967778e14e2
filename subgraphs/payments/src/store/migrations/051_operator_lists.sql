-- Up Migration

-- What operators page through.
CREATE INDEX refunds_newest ON refunds (created_at DESC, id DESC);
CREATE INDEX ledger_transactions_newest ON ledger_transactions (created_at DESC, id DESC);
-- By code unit: a list in this order, and of the codes that begin alike, is a range of it.
CREATE INDEX ledger_accounts_listed ON ledger_accounts (code COLLATE "C", currency COLLATE "C");
