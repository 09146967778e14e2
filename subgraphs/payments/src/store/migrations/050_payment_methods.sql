-- Up Migration

-- Whom a provider keeps methods for. The row comes first: its id is what the provider is told of the buyer, and
-- the key of the call.
CREATE TABLE payment_customers (
  id uuid PRIMARY KEY,
  buyer_id text NOT NULL,
  provider text NOT NULL,
  -- The provider's own id, once it was learned.
  reference text,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (buyer_id, provider),
  UNIQUE (provider, reference)
);

-- Methods that buyers keep: what a receipt may show, and the provider's token.
CREATE TABLE payment_methods (
  id uuid PRIMARY KEY,
  customer_id uuid NOT NULL REFERENCES payment_customers (id),
  status text NOT NULL CHECK (status IN ('PROCESSING', 'REQUIRES_ACTION', 'ACTIVE', 'DETACHING')),
  -- The provider's own ids, of the method and of the setup that a buyer's bank has to agree to.
  reference text UNIQUE,
  setup_reference text UNIQUE,
  card jsonb,
  next_action jsonb,
  -- What is asked of the provider, until it has answered: {token, returnUrl}.
  request jsonb,
  makes_default boolean NOT NULL DEFAULT false,
  is_default boolean NOT NULL DEFAULT false,
  -- The idempotency key that waits for the outcome.
  waiting_scope text,
  waiting_key text,
  due_at timestamptz NOT NULL,
  attempts int NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  CHECK ((status IN ('ACTIVE', 'DETACHING')) = (reference IS NOT NULL)),
  CHECK (status NOT IN ('ACTIVE', 'DETACHING') OR card IS NOT NULL),
  CHECK ((status = 'REQUIRES_ACTION') = (next_action IS NOT NULL)),
  CHECK ((status = 'PROCESSING') = (request IS NOT NULL)),
  CHECK (NOT is_default OR status = 'ACTIVE')
);
CREATE INDEX payment_methods_of_customer ON payment_methods (customer_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX payment_methods_one_default ON payment_methods (customer_id) WHERE is_default;
CREATE INDEX payment_methods_due ON payment_methods (due_at) WHERE status <> 'ACTIVE';
CREATE INDEX payment_methods_waiting ON payment_methods (waiting_scope, waiting_key) WHERE waiting_key IS NOT NULL;

-- A token that is used once, one that is kept once it has paid, or a method that was kept before.
ALTER TABLE payments
  ADD COLUMN method_use text NOT NULL DEFAULT 'ONCE' CHECK (method_use IN ('ONCE', 'KEEP', 'KEPT'));
