-- Up Migration

-- Double entry by construction: a transfer is ONE row that debits one account and credits another in one
-- currency, so there is no state of the table in which debits and credits differ.
CREATE TABLE ledger_accounts (
  id uuid PRIMARY KEY,
  code text NOT NULL,
  currency currency_code NOT NULL,
  normal_side text NOT NULL CHECK (normal_side IN ('DEBIT', 'CREDIT')),
  -- The payment's own account in the sub-ledger.
  payment_id uuid UNIQUE REFERENCES payments (id),
  -- Bounded: running totals are kept here and may not cross zero. Unbounded: summed on read, so no hot row.
  bounded boolean NOT NULL,
  debits_posted minor_units NOT NULL DEFAULT 0,
  credits_posted minor_units NOT NULL DEFAULT 0,
  debits_pending minor_units NOT NULL DEFAULT 0,
  credits_pending minor_units NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (code, currency),
  UNIQUE (id, currency),
  CHECK (payment_id IS NULL OR bounded),
  FOREIGN KEY (payment_id, currency) REFERENCES payments (id, currency),
  CONSTRAINT never_overdrawn CHECK (NOT bounded OR
    CASE normal_side
      WHEN 'CREDIT' THEN debits_posted + debits_pending <= credits_posted
      ELSE credits_posted + credits_pending <= debits_posted
    END)
);

CREATE TABLE ledger_transactions (
  id uuid PRIMARY KEY,
  type text NOT NULL,
  payment_id uuid REFERENCES payments (id),
  idempotency_key text NOT NULL UNIQUE,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX ledger_transactions_payment ON ledger_transactions (payment_id, created_at);

CREATE TABLE ledger_transfers (
  id uuid PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  transaction_id uuid NOT NULL REFERENCES ledger_transactions (id),
  kind text NOT NULL CHECK (kind IN ('POSTED', 'PENDING', 'POST_PENDING', 'VOID_PENDING')),
  debit_account_id uuid NOT NULL,
  credit_account_id uuid NOT NULL,
  currency currency_code NOT NULL,
  amount minor_units NOT NULL CHECK (amount > 0),
  pending_id uuid,
  pending_kind text GENERATED ALWAYS AS (CASE WHEN pending_id IS NULL THEN NULL ELSE 'PENDING' END) STORED,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (debit_account_id <> credit_account_id),
  CHECK ((pending_id IS NOT NULL) = (kind IN ('POST_PENDING', 'VOID_PENDING'))),
  -- One currency on both sides.
  FOREIGN KEY (debit_account_id, currency) REFERENCES ledger_accounts (id, currency),
  FOREIGN KEY (credit_account_id, currency) REFERENCES ledger_accounts (id, currency),
  UNIQUE (id, kind, debit_account_id, credit_account_id),
  -- A pending transfer is resolved between the same two accounts.
  FOREIGN KEY (pending_id, pending_kind, debit_account_id, credit_account_id)
    REFERENCES ledger_transfers (id, kind, debit_account_id, credit_account_id)
);
CREATE UNIQUE INDEX ledger_pending_resolved_once ON ledger_transfers (pending_id) WHERE pending_id IS NOT NULL;
CREATE INDEX ledger_transfers_transaction ON ledger_transfers (transaction_id);
CREATE INDEX ledger_transfers_debit ON ledger_transfers (debit_account_id, seq);
CREATE INDEX ledger_transfers_credit ON ledger_transfers (credit_account_id, seq);

CREATE FUNCTION ledger_apply() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  resolved bigint := 0;
  posted bigint := 0;
  pending bigint := 0;
BEGIN
  IF NEW.pending_id IS NOT NULL THEN
    SELECT amount INTO STRICT resolved FROM ledger_transfers WHERE id = NEW.pending_id;
    IF NEW.amount > resolved OR (NEW.kind = 'VOID_PENDING' AND NEW.amount <> resolved) THEN
      RAISE EXCEPTION 'transfer % resolves % of a pending %', NEW.id, NEW.amount, resolved USING ERRCODE = '23514';
    END IF;
  END IF;
  CASE NEW.kind
    WHEN 'POSTED' THEN posted := NEW.amount;
    WHEN 'PENDING' THEN pending := NEW.amount;
    WHEN 'POST_PENDING' THEN posted := NEW.amount; pending := -resolved;
    ELSE pending := -resolved;
  END CASE;
  -- In id order, against deadlocks; and NO KEY, because the foreign keys already hold KEY SHARE on these rows
  -- and a stronger lock would deadlock against another transfer's.
  PERFORM 1 FROM ledger_accounts
    WHERE bounded AND id IN (NEW.debit_account_id, NEW.credit_account_id) ORDER BY id FOR NO KEY UPDATE;
  UPDATE ledger_accounts SET debits_posted = debits_posted + posted, debits_pending = debits_pending + pending
    WHERE bounded AND id = NEW.debit_account_id;
  UPDATE ledger_accounts SET credits_posted = credits_posted + posted, credits_pending = credits_pending + pending
    WHERE bounded AND id = NEW.credit_account_id;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_apply AFTER INSERT ON ledger_transfers FOR EACH ROW EXECUTE FUNCTION ledger_apply();

CREATE TRIGGER ledger_transfers_immutable BEFORE UPDATE OR DELETE ON ledger_transfers
  FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER ledger_transactions_immutable BEFORE UPDATE OR DELETE ON ledger_transactions
  FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER ledger_transfers_no_truncate BEFORE TRUNCATE ON ledger_transfers
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER ledger_transactions_no_truncate BEFORE TRUNCATE ON ledger_transactions
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER ledger_accounts_no_delete BEFORE DELETE ON ledger_accounts
  FOR EACH ROW EXECUTE FUNCTION append_only();

-- An account's totals move only inside a transfer's own trigger; its identity never changes.
CREATE FUNCTION ledger_account_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.debits_posted + NEW.credits_posted + NEW.debits_pending + NEW.credits_pending <> 0 THEN
      RAISE EXCEPTION 'accounts open at zero' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
  END IF;
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'ledger accounts change only by a transfer' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ledger_accounts_guard BEFORE INSERT OR UPDATE ON ledger_accounts
  FOR EACH ROW EXECUTE FUNCTION ledger_account_guard();

-- The truth, from the transfers alone.
CREATE VIEW ledger_account_totals AS
SELECT a.id, a.code, a.currency, a.normal_side, a.bounded, a.payment_id,
  coalesce(sum(t.amount) FILTER (WHERE t.debit_account_id = a.id AND t.kind IN ('POSTED', 'POST_PENDING')), 0)::bigint
    AS debits_posted,
  coalesce(sum(t.amount) FILTER (WHERE t.credit_account_id = a.id AND t.kind IN ('POSTED', 'POST_PENDING')), 0)::bigint
    AS credits_posted,
  coalesce(sum(t.amount) FILTER (WHERE t.debit_account_id = a.id AND t.kind = 'PENDING' AND r.id IS NULL), 0)::bigint
    AS debits_pending,
  coalesce(sum(t.amount) FILTER (WHERE t.credit_account_id = a.id AND t.kind = 'PENDING' AND r.id IS NULL), 0)::bigint
    AS credits_pending
FROM ledger_accounts a
LEFT JOIN ledger_transfers t ON a.id IN (t.debit_account_id, t.credit_account_id)
LEFT JOIN ledger_transfers r ON r.pending_id = t.id
GROUP BY a.id;

-- All money fields of a payment, from its own account.
CREATE VIEW payment_amounts AS
SELECT payment_id, currency, credits_pending AS capturable, credits_posted AS captured
FROM ledger_accounts
WHERE payment_id IS NOT NULL;
