-- Up Migration

-- What operators filter their lists by; a buyer's and all of a time have indexes already.
CREATE INDEX payments_of_status ON payments (status, created_at DESC, id DESC);
CREATE INDEX payments_by_amount ON payments (currency, amount);
CREATE INDEX orders_by_amount ON orders (currency, total);
CREATE INDEX orders_of_status ON orders (status, placed_at DESC, id DESC);
