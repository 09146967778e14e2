-- Up Migration

-- Variants that show a part of another variant, chosen by its tags.
CREATE TABLE contracts (
  graph_id text NOT NULL,
  variant text NOT NULL,
  source_variant text NOT NULL CHECK (source_variant <> variant),
  -- {"include": [...], "exclude": [...], "hideUnreachableTypes": true}
  filter jsonb NOT NULL,
  PRIMARY KEY (graph_id, variant),
  FOREIGN KEY (graph_id, variant) REFERENCES variants (graph_id, name) ON DELETE CASCADE,
  -- What it is a part of is there as long as it is.
  FOREIGN KEY (graph_id, source_variant) REFERENCES variants (graph_id, name)
);
CREATE INDEX contracts_source ON contracts (graph_id, source_variant);
