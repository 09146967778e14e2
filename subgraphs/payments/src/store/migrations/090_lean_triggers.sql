-- Up Migration

-- What triggers do for every sale, without turning whole rows into documents and without looking for what is not there.

CREATE FUNCTION tell(kind text, id uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  told text := kind || ' ' || id;
  -- Of this transaction.
  written text := coalesce(current_setting('payments.untold', true), '');
BEGIN
  IF strpos(written, told) = 0 THEN
    INSERT INTO untold_changes VALUES (told);
    PERFORM set_config('payments.untold', written || told || ',', true);
  END IF;
END $$;

-- A field that a row does not have may stand in a branch that is not reached.
CREATE OR REPLACE FUNCTION tell_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  CASE TG_ARGV[1]
    WHEN 'id' THEN PERFORM tell(TG_ARGV[0], NEW.id);
    WHEN 'payment_id' THEN PERFORM tell(TG_ARGV[0], NEW.payment_id);
    WHEN 'checkout_id' THEN PERFORM tell(TG_ARGV[0], NEW.checkout_id);
  END CASE;
  RETURN NULL;
END $$;

-- Transfers between accounts that are summed when they are read change no row.
CREATE OR REPLACE FUNCTION ledger_apply() RETURNS trigger LANGUAGE plpgsql AS $$
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
  IF NOT FOUND THEN RETURN NULL; END IF;
  UPDATE ledger_accounts SET debits_posted = debits_posted + posted, debits_pending = debits_pending + pending
    WHERE bounded AND id = NEW.debit_account_id;
  UPDATE ledger_accounts SET credits_posted = credits_posted + posted, credits_pending = credits_pending + pending
    WHERE bounded AND id = NEW.credit_account_id;
  RETURN NULL;
END $$;

-- Nothing is put together while nobody listens.
CREATE OR REPLACE FUNCTION announce_status() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kind text := TG_ARGV[0];
  changed jsonb;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.status = OLD.status THEN
    RETURN NULL;
  END IF;
  IF NOT EXISTS (SELECT FROM webhook_endpoints WHERE enabled AND deleted_at IS NULL) THEN
    RETURN NULL;
  END IF;
  changed := to_jsonb(NEW);
  PERFORM announce(kind || '.' || lower(NEW.status), jsonb_strip_nulls(jsonb_build_object(
    'paymentId', changed -> 'payment_id', 'orderNumber', changed -> 'number', kind || 'Id', NEW.id,
    'status', NEW.status, 'amount', coalesce(changed -> 'amount', changed -> 'total'), 'currency', NEW.currency)));
  RETURN NULL;
END $$;
