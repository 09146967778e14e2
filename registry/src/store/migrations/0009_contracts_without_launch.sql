-- Up Migration

-- Whether the filter was saved without a launch on purpose: it then waits for the next launch of the source.
ALTER TABLE contracts ADD COLUMN awaits_source boolean NOT NULL DEFAULT false;
