-- Up Migration

-- Where a card's bank is, which nobody asked the provider before; and whether that bank has seen its owner, which the
-- timeline of a payment tells: it was authorized after the buyer was sent there. Nothing that happened is told again.
ALTER TABLE payments DISABLE TRIGGER USER;
UPDATE payments p SET card = p.card || jsonb_build_object('issuerCountry', NULL, 'threeDSecure', EXISTS (
    SELECT 1 FROM payment_events asked
    JOIN payment_events authorized ON authorized.payment_id = asked.payment_id AND authorized.seq > asked.seq
    WHERE asked.payment_id = p.id AND asked.type = 'ACTION_REQUIRED' AND authorized.type = 'AUTHORIZED'
      AND NOT EXISTS (SELECT 1 FROM payment_events later WHERE later.payment_id = p.id
        AND later.seq > asked.seq AND later.type = 'AUTHORIZATION_REQUESTED')))
  WHERE p.card IS NOT NULL;
ALTER TABLE payments ENABLE TRIGGER USER;

-- At no payment yet.
UPDATE payment_methods SET card = card || '{"issuerCountry": null, "threeDSecure": false}' WHERE card IS NOT NULL;
