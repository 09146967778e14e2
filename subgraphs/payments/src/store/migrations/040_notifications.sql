-- Up Migration

-- Those who subscribe are told of what changed by the transaction that changed it: with its commit or not at all.
-- Only what somebody can see is told, because commits that notify wait for one another.
CREATE FUNCTION tell_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Equal ones of a transaction are sent once.
  PERFORM pg_notify('payments_changes', TG_ARGV[0] || ' ' || (to_jsonb(NEW) ->> TG_ARGV[1]));
  RETURN NULL;
END $$;

CREATE FUNCTION seen_of_checkout(checkout checkouts) RETURNS jsonb LANGUAGE sql STABLE
  RETURN to_jsonb(checkout) - ARRAY['step', 'next_attempt_at', 'attempts', 'lease_owner', 'lease_until', 'waiting_scope',
    'waiting_key', 'version', 'updated_at'];

CREATE TRIGGER checkouts_told AFTER UPDATE ON checkouts
  FOR EACH ROW WHEN (seen_of_checkout(NEW) IS DISTINCT FROM seen_of_checkout(OLD))
  EXECUTE FUNCTION tell_change('checkout', 'id');
CREATE TRIGGER payments_told AFTER UPDATE ON payments
  FOR EACH ROW EXECUTE FUNCTION tell_change('payment', 'id');
CREATE TRIGGER payments_of_checkouts_told AFTER INSERT OR UPDATE ON payments
  FOR EACH ROW EXECUTE FUNCTION tell_change('checkout', 'checkout_id');
CREATE TRIGGER payment_events_told AFTER INSERT ON payment_events
  FOR EACH ROW EXECUTE FUNCTION tell_change('payment', 'payment_id');
CREATE TRIGGER refunds_told AFTER INSERT OR UPDATE OF status, failure_message ON refunds
  FOR EACH ROW EXECUTE FUNCTION tell_change('payment', 'payment_id');
CREATE TRIGGER orders_told AFTER INSERT ON orders
  FOR EACH ROW EXECUTE FUNCTION tell_change('order', 'id');
CREATE TRIGGER orders_of_checkouts_told AFTER UPDATE ON orders
  FOR EACH ROW EXECUTE FUNCTION tell_change('checkout', 'checkout_id');
