-- Up Migration

-- What the people of a variant write about it, in Markdown.
CREATE TABLE readmes (
  graph_id text NOT NULL,
  variant text NOT NULL,
  content text NOT NULL,
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (graph_id, variant),
  FOREIGN KEY (graph_id, variant) REFERENCES variants (graph_id, name) ON DELETE CASCADE
);
