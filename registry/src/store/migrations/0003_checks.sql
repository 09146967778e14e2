-- Up Migration

CREATE TABLE checks (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  graph_id text NOT NULL REFERENCES graphs (id),
  variant text NOT NULL,
  -- Null: a schema that is no subgraph.
  subgraph text,
  passed boolean NOT NULL,
  -- Everything that was found; see check-result.ts.
  result jsonb NOT NULL,
  git jsonb NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX checks_variant ON checks (graph_id, variant, id DESC);
