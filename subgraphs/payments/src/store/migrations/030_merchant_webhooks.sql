-- Up Migration

-- Whoever runs the shop is told what happens to money and orders: an outbox. A message and its deliveries are written
-- by triggers, in the transaction that changes the status, so there is one if and only if it changed, whoever did it.
CREATE TABLE webhook_endpoints (
  id uuid PRIMARY KEY,
  url text NOT NULL,
  event_types text[] NOT NULL CHECK (cardinality(event_types) > 0),
  -- False once the receiver has said that it is gone.
  enabled boolean NOT NULL DEFAULT true,
  -- Encrypted: packages/subgraph-kit/src/sealer.ts.
  secret bytea,
  -- Signs too, until then.
  previous_secret bytea,
  previous_until timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  -- Its row stays: deleting it would make a payment fail that is announcing to it at this moment.
  deleted_at timestamptz(3),
  CHECK ((previous_secret IS NULL) = (previous_until IS NULL)),
  CHECK ((secret IS NULL) = (deleted_at IS NOT NULL))
);

CREATE TABLE webhook_messages (
  id uuid PRIMARY KEY,
  type text NOT NULL,
  -- Ids of ours, a status and an amount: nothing of a person.
  data jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX webhook_messages_old ON webhook_messages (created_at);

CREATE TABLE webhook_deliveries (
  id uuid PRIMARY KEY,
  endpoint_id uuid NOT NULL REFERENCES webhook_endpoints (id),
  message_id uuid NOT NULL REFERENCES webhook_messages (id) ON DELETE CASCADE,
  status text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'SUCCEEDED', 'FAILED', 'DISCARDED')),
  attempts int NOT NULL DEFAULT 0,
  last_status_code int,
  last_error text,
  next_attempt_at timestamptz(3) NOT NULL DEFAULT now(),
  -- Somebody is at it until then.
  leased_until timestamptz,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (endpoint_id, message_id)
);
CREATE INDEX webhook_deliveries_message ON webhook_deliveries (message_id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, next_attempt_at) WHERE status = 'PENDING';
CREATE INDEX webhook_deliveries_newest ON webhook_deliveries (endpoint_id, created_at DESC, id DESC);

CREATE FUNCTION announce(message_type text, message_data jsonb) RETURNS void LANGUAGE sql AS $$
  WITH listener AS (
    SELECT id FROM webhook_endpoints WHERE enabled AND deleted_at IS NULL AND message_type = ANY (event_types)
  ), message AS (
    INSERT INTO webhook_messages (id, type, data)
    SELECT gen_random_uuid(), message_type, message_data WHERE EXISTS (SELECT FROM listener) RETURNING id
  )
  INSERT INTO webhook_deliveries (id, endpoint_id, message_id)
  SELECT gen_random_uuid(), listener.id, message.id FROM listener, message
$$;

-- <kind>.<status>, as in payment.succeeded. Wherever it came from, a status is announced when it is new.
CREATE FUNCTION announce_status() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kind text := TG_ARGV[0];
  changed jsonb := to_jsonb(NEW);
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.status = OLD.status THEN
    RETURN NULL;
  END IF;
  PERFORM announce(kind || '.' || lower(NEW.status), jsonb_strip_nulls(jsonb_build_object(
    'paymentId', changed -> 'payment_id', 'orderNumber', changed -> 'number', kind || 'Id', NEW.id,
    'status', NEW.status, 'amount', coalesce(changed -> 'amount', changed -> 'total'), 'currency', NEW.currency)));
  RETURN NULL;
END $$;
CREATE TRIGGER payments_announced AFTER INSERT OR UPDATE OF status ON payments
  FOR EACH ROW EXECUTE FUNCTION announce_status('payment');
CREATE TRIGGER orders_announced AFTER INSERT OR UPDATE OF status ON orders
  FOR EACH ROW EXECUTE FUNCTION announce_status('order');
CREATE TRIGGER refunds_announced AFTER INSERT OR UPDATE OF status ON refunds
  FOR EACH ROW EXECUTE FUNCTION announce_status('refund');
