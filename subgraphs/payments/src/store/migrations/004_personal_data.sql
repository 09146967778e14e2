-- Up Migration

-- To find all of a person: what they are told, and what is erased.
CREATE INDEX checkouts_of_buyer ON checkouts (buyer_id, created_at);
