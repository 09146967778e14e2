-- Up Migration

-- Needs PostgreSQL 15 or newer and no extension. Ids of our own rows are UUIDv7 made by the service;
-- ids that belong to other services (buyers, variants, products) are opaque text.
CREATE DOMAIN currency_code AS text CHECK (VALUE ~ '^[A-Z]{3}$');
-- The upper bound is 2^53 - 1: every amount fits GraphQL's SafeInt and a JavaScript number.
CREATE DOMAIN minor_units AS bigint CHECK (VALUE BETWEEN 0 AND 9007199254740991);

-- State machines as data: a move that is not listed here is refused, whoever tries it.
CREATE TABLE state_transitions (
  machine text NOT NULL,
  from_state text NOT NULL,
  to_state text NOT NULL,
  PRIMARY KEY (machine, from_state, to_state)
);
INSERT INTO state_transitions VALUES
  ('payment', 'REQUIRES_PAYMENT_METHOD', 'PROCESSING'),
  ('payment', 'REQUIRES_PAYMENT_METHOD', 'CANCELED'),
  ('payment', 'PROCESSING', 'REQUIRES_PAYMENT_METHOD'),
  ('payment', 'PROCESSING', 'REQUIRES_CAPTURE'),
  ('payment', 'PROCESSING', 'CANCELED'),
  ('payment', 'REQUIRES_CAPTURE', 'SUCCEEDED'),
  ('payment', 'REQUIRES_CAPTURE', 'CANCELED'),
  ('checkout', 'OPEN', 'PAYING'),
  ('checkout', 'OPEN', 'EXPIRED'),
  ('checkout', 'OPEN', 'CANCELED'),
  ('checkout', 'OPEN', 'FAILED'),
  ('checkout', 'PAYING', 'OPEN'),
  ('checkout', 'PAYING', 'COMPLETED'),
  ('checkout', 'PAYING', 'FAILED');

-- Also counts the version up on every update: an answer is applied only to the version it was asked for.
CREATE FUNCTION check_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status IS DISTINCT FROM OLD.status AND NOT EXISTS (
    SELECT 1 FROM state_transitions
    WHERE machine = TG_ARGV[0] AND from_state = OLD.status AND to_state = NEW.status
  ) THEN
    RAISE EXCEPTION 'illegal % transition % -> %', TG_ARGV[0], OLD.status, NEW.status USING ERRCODE = '23514';
  END IF;
  NEW.version := OLD.version + 1;
  NEW.updated_at := now();
  RETURN NEW;
END $$;

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '42501';
END $$;

CREATE TABLE checkouts (
  id uuid PRIMARY KEY,
  buyer_id text NOT NULL,
  status text NOT NULL DEFAULT 'OPEN'
    CHECK (status IN ('OPEN', 'PAYING', 'COMPLETED', 'EXPIRED', 'CANCELED', 'FAILED')),
  currency currency_code NOT NULL,
  total minor_units NOT NULL DEFAULT 0,
  shipping_address jsonb,
  failure_code text CHECK (failure_code IN ('OUT_OF_STOCK', 'EXPIRED', 'CANCELED', 'CAPTURE_FAILED')),
  failure_message text,
  -- The saga: what to do next, when, and who is at it.
  step text NOT NULL DEFAULT 'RESERVE' CHECK (step IN (
    'RESERVE', 'AWAIT_BUYER', 'AUTHORIZE', 'COMMIT_STOCK', 'CAPTURE', 'RESTOCK', 'VOID', 'RELEASE_STOCK', 'DONE')),
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  attempts int NOT NULL DEFAULT 0,
  lease_owner uuid,
  lease_until timestamptz,
  -- The idempotency key that waits for this checkout's current outcome.
  waiting_scope text,
  waiting_key text,
  expires_at timestamptz(3) NOT NULL,
  version int NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (id, currency),
  CHECK (step <> 'DONE' OR status IN ('COMPLETED', 'EXPIRED', 'CANCELED', 'FAILED')),
  CHECK ((failure_code IS NULL) = (failure_message IS NULL))
);
CREATE INDEX checkouts_due ON checkouts (next_attempt_at) WHERE step NOT IN ('RESERVE', 'AWAIT_BUYER', 'DONE');
CREATE INDEX checkouts_expiring ON checkouts (expires_at) WHERE status = 'OPEN';
CREATE INDEX checkouts_open_of_buyer ON checkouts (buyer_id) WHERE status = 'OPEN';
CREATE TRIGGER checkouts_state BEFORE UPDATE ON checkouts
  FOR EACH ROW EXECUTE FUNCTION check_transition('checkout');

CREATE TABLE line_items (
  id uuid PRIMARY KEY,
  checkout_id uuid NOT NULL REFERENCES checkouts (id) ON DELETE RESTRICT,
  position int NOT NULL,
  variant_id text NOT NULL,
  product_id text NOT NULL,
  sku text NOT NULL,
  title text NOT NULL,
  variant_version int NOT NULL,
  quantity int NOT NULL CHECK (quantity BETWEEN 1 AND 10000),
  unit_amount minor_units NOT NULL,
  line_amount minor_units GENERATED ALWAYS AS (unit_amount * quantity) STORED,
  UNIQUE (checkout_id, position),
  UNIQUE (checkout_id, variant_id)
);
CREATE INDEX line_items_product ON line_items (product_id, checkout_id);

-- A checkout's total equals its lines at every commit.
CREATE FUNCTION checkout_total_matches() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  checkout uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
  header bigint;
  lines numeric;
BEGIN
  SELECT total INTO header FROM checkouts WHERE id = checkout;
  SELECT coalesce(sum(line_amount), 0) INTO lines FROM line_items WHERE checkout_id = checkout;
  IF header <> lines THEN
    RAISE EXCEPTION 'checkout % has total % and lines worth %', checkout, header, lines USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER checkout_total AFTER INSERT OR UPDATE OF total ON checkouts
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION checkout_total_matches('id');
CREATE CONSTRAINT TRIGGER line_total AFTER INSERT OR UPDATE OF quantity, unit_amount ON line_items
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION checkout_total_matches('checkout_id');

-- Lines are written once, when the stock is held; from then on they are what the buyer was shown.
CREATE FUNCTION lines_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' AND (SELECT status FROM checkouts WHERE id = NEW.checkout_id) = 'OPEN' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the lines of a checkout are frozen' USING ERRCODE = '42501';
END $$;
CREATE TRIGGER line_items_frozen BEFORE INSERT OR UPDATE OR DELETE ON line_items
  FOR EACH ROW EXECUTE FUNCTION lines_frozen();

CREATE TABLE orders (
  id uuid PRIMARY KEY,
  number text NOT NULL UNIQUE,
  -- Exactly one order per checkout, whatever is retried.
  checkout_id uuid NOT NULL UNIQUE REFERENCES checkouts (id),
  buyer_id text NOT NULL,
  currency currency_code NOT NULL,
  total minor_units NOT NULL,
  status text NOT NULL DEFAULT 'CONFIRMED' CHECK (status IN ('CONFIRMED')),
  placed_at timestamptz(3) NOT NULL DEFAULT now(),
  FOREIGN KEY (checkout_id, currency) REFERENCES checkouts (id, currency)
);
CREATE INDEX orders_newest ON orders (placed_at DESC, id DESC);
CREATE INDEX orders_of_buyer ON orders (buyer_id, placed_at DESC, id DESC);

CREATE TABLE payments (
  id uuid PRIMARY KEY,
  checkout_id uuid NOT NULL REFERENCES checkouts (id),
  buyer_id text NOT NULL,
  currency currency_code NOT NULL,
  amount minor_units NOT NULL CHECK (amount > 0),
  status text NOT NULL DEFAULT 'REQUIRES_PAYMENT_METHOD'
    CHECK (status IN ('REQUIRES_PAYMENT_METHOD', 'PROCESSING', 'REQUIRES_CAPTURE', 'SUCCEEDED', 'CANCELED')),
  provider text NOT NULL,
  provider_reference text,
  card jsonb,
  failure jsonb,
  attempt int NOT NULL DEFAULT 0,
  version int NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (id, currency),
  UNIQUE (provider, provider_reference),
  FOREIGN KEY (checkout_id, currency) REFERENCES checkouts (id, currency)
);
-- No second charge for one checkout.
CREATE UNIQUE INDEX payments_one_live ON payments (checkout_id) WHERE status <> 'CANCELED';
CREATE INDEX payments_of_checkout ON payments (checkout_id);
CREATE INDEX payments_of_buyer ON payments (buyer_id, created_at DESC, id DESC);
CREATE TRIGGER payments_state BEFORE UPDATE ON payments
  FOR EACH ROW EXECUTE FUNCTION check_transition('payment');

CREATE TABLE payment_events (
  id uuid NOT NULL UNIQUE,
  payment_id uuid NOT NULL REFERENCES payments (id),
  seq int NOT NULL,
  type text NOT NULL,
  amount minor_units,
  message text,
  at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (payment_id, seq)
);
CREATE TRIGGER payment_events_immutable BEFORE UPDATE OR DELETE ON payment_events
  FOR EACH ROW EXECUTE FUNCTION append_only();

-- The intent is committed before the provider is called: a crash at any point finds the key to repeat.
CREATE TABLE provider_requests (
  id uuid PRIMARY KEY,
  payment_id uuid NOT NULL REFERENCES payments (id),
  operation text NOT NULL CHECK (operation IN ('AUTHORIZE', 'CAPTURE', 'CANCEL')),
  idempotency_key text NOT NULL UNIQUE,
  request jsonb NOT NULL,
  state text NOT NULL DEFAULT 'INTENDED' CHECK (state IN ('INTENDED', 'SUCCEEDED', 'FAILED')),
  response jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  CHECK ((state = 'INTENDED') = (finished_at IS NULL))
);
CREATE UNIQUE INDEX provider_requests_one_open ON provider_requests (payment_id) WHERE state = 'INTENDED';

CREATE TABLE idempotency_keys (
  -- <buyer>:<mutation>
  scope text NOT NULL,
  key text NOT NULL CHECK (length(key) BETWEEN 8 AND 255),
  request_hash bytea NOT NULL,
  state text NOT NULL DEFAULT 'IN_PROGRESS' CHECK (state IN ('IN_PROGRESS', 'COMPLETED')),
  -- Deferred: the key is taken first, and its checkout is written later in the same transaction.
  checkout_id uuid NOT NULL REFERENCES checkouts (id) DEFERRABLE INITIALLY DEFERRED,
  response jsonb,
  locked_until timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL DEFAULT now() + interval '7 days',
  PRIMARY KEY (scope, key),
  CHECK ((state = 'COMPLETED') = (response IS NOT NULL))
);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);
