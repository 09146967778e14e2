-- Up Migration

-- What of a refund is for each of its lines, decided with the refund; and whether its pieces came back into stock.
ALTER TABLE refund_lines
  ADD COLUMN amount minor_units,
  ADD COLUMN restocked boolean NOT NULL DEFAULT false;

-- Of refunds that were before: what the line cost with its tax, of a refund of less its share of that.
WITH priced AS (
  SELECT l.refund_id, l.line_item_id, r.amount - r.shipping_amount AS most,
    l.quantity * i.unit_amount::numeric + div(i.tax_amount::numeric * l.quantity, i.quantity) AS price, i.position
  FROM refund_lines l JOIN refunds r ON r.id = l.refund_id JOIN line_items i ON i.id = l.line_item_id
), summed AS (
  SELECT *, sum(price) OVER (PARTITION BY refund_id) AS total,
    sum(price) OVER (PARTITION BY refund_id ORDER BY position) AS up_to
  FROM priced
)
UPDATE refund_lines l SET amount = CASE WHEN s.total = 0 THEN 0
    ELSE div(least(s.total, s.most) * s.up_to, s.total) - div(least(s.total, s.most) * (s.up_to - s.price), s.total) END
  FROM summed s WHERE s.refund_id = l.refund_id AND s.line_item_id = l.line_item_id;
UPDATE refund_lines l SET restocked = true
  FROM refunds r
  JOIN provider_requests q ON q.refund_id = r.id
  JOIN payments p ON p.id = r.payment_id
  JOIN checkouts c ON c.id = p.checkout_id
  WHERE l.refund_id = r.id AND r.status = 'SUCCEEDED' AND (q.request ->> 'restock')::boolean AND c.step = 'DONE';

ALTER TABLE refund_lines ALTER COLUMN amount SET NOT NULL;

-- No more for the lines of a refund than it gives back.
CREATE FUNCTION refund_lines_fit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT sum(amount) FROM refund_lines WHERE refund_id = NEW.refund_id)
    > (SELECT amount FROM refunds WHERE id = NEW.refund_id) THEN
    RAISE EXCEPTION 'the lines of refund % are more than it', NEW.refund_id USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER refund_lines_fit AFTER INSERT OR UPDATE OF amount ON refund_lines
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refund_lines_fit();
