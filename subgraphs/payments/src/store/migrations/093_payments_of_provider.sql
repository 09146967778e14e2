-- Up Migration

-- The one filter of operators' lists that had none: payments of a provider that is hardly used were looked for in all.
CREATE INDEX payments_of_provider ON payments (provider, created_at DESC, id DESC);
