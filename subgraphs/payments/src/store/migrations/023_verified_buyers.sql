-- Up Migration

ALTER TABLE checkouts
  ADD COLUMN show_as_verified_buyer boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT checkouts_verified_buyer CHECK (NOT show_as_verified_buyer OR buyer_id IS NOT NULL);
