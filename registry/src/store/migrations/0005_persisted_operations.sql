-- Up Migration

-- Operations that clients registered before anybody sends them. Each variant has one list.
CREATE TABLE persisted_operations (
  graph_id text NOT NULL,
  variant text NOT NULL,
  -- Empty: for every client.
  client_name text NOT NULL,
  id text NOT NULL CHECK (length(id) BETWEEN 1 AND 200),
  name text NOT NULL,
  type text NOT NULL CHECK (type IN ('QUERY', 'MUTATION', 'SUBSCRIPTION')),
  body text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (graph_id, variant, client_name, id),
  FOREIGN KEY (graph_id, variant) REFERENCES variants (graph_id, name) ON DELETE CASCADE
);

-- What a list was at a time, as gateways read it. Rows are only added.
CREATE TABLE persisted_revisions (
  graph_id text NOT NULL,
  variant text NOT NULL,
  revision int NOT NULL CHECK (revision > 0),
  manifest_hash text NOT NULL REFERENCES documents (hash),
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (graph_id, variant, revision),
  FOREIGN KEY (graph_id, variant) REFERENCES variants (graph_id, name) ON DELETE CASCADE
);
CREATE INDEX persisted_revisions_manifest ON persisted_revisions (manifest_hash);
