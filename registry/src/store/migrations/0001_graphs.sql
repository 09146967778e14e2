-- Up Migration

CREATE TABLE graphs (
  id text PRIMARY KEY CHECK (id ~ '^[A-Za-z][A-Za-z0-9_-]{0,63}$'),
  title text NOT NULL CHECK (length(title) <= 200),
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

-- Schemas of all kinds, by the SHA-256 of their text: most launches repeat most of what the one before had.
CREATE TABLE documents (
  hash text PRIMARY KEY CHECK (hash ~ '^[0-9a-f]{64}$'),
  content text NOT NULL
);

CREATE TABLE variants (
  graph_id text NOT NULL REFERENCES graphs (id),
  name text NOT NULL CHECK (name ~ '^[A-Za-z0-9_-]{1,64}$'),
  -- Number of the newest launch. A launch is saved only by whoever can count this up by one.
  latest_launch int NOT NULL DEFAULT 0,
  -- Number of the launch that gateways get: the newest one that succeeded.
  served_launch int,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (graph_id, name)
);

-- One composition of a variant. Rows are written once and never changed.
CREATE TABLE launches (
  graph_id text NOT NULL,
  variant text NOT NULL,
  number int NOT NULL CHECK (number > 0),
  -- What was done: {"kind": "PUBLISH", "subgraphs": [...], "git": ...}, {"kind": "ROLL_BACK", "to": 3} and so on.
  cause jsonb NOT NULL,
  -- Both or, when the launch failed, neither.
  supergraph_hash text REFERENCES documents (hash),
  api_hash text REFERENCES documents (hash),
  errors jsonb NOT NULL,
  hints jsonb NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (graph_id, variant, number),
  FOREIGN KEY (graph_id, variant) REFERENCES variants (graph_id, name),
  CHECK ((supergraph_hash IS NULL) = (api_hash IS NULL))
);

-- What a launch was composed from.
CREATE TABLE launch_subgraphs (
  graph_id text NOT NULL,
  variant text NOT NULL,
  number int NOT NULL,
  name text NOT NULL,
  url text NOT NULL,
  sdl_hash text NOT NULL REFERENCES documents (hash),
  published_at timestamptz(3) NOT NULL,
  PRIMARY KEY (graph_id, variant, number, name),
  FOREIGN KEY (graph_id, variant, number) REFERENCES launches
);

CREATE TABLE api_keys (
  id uuid PRIMARY KEY,
  graph_id text NOT NULL REFERENCES graphs (id),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  -- SHA-256 of the key, which is 256 random bits: nothing that a slow hash could protect further.
  token_hash text NOT NULL UNIQUE,
  -- First and last characters, for people who have the key to find its line.
  token_hint text NOT NULL,
  role text NOT NULL CHECK (role IN ('ADMIN', 'PUBLISHER', 'ROUTER', 'OBSERVER')),
  -- Null: every variant of the graph.
  variant text,
  -- For PUBLISHER: [{"variant": ..., "subgraph": ...}]; null: every subgraph.
  subgraphs jsonb,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  revoked_at timestamptz(3)
);

-- Who did what to a graph; rows are only added.
CREATE TABLE audit_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  graph_id text NOT NULL REFERENCES graphs (id),
  at timestamptz(3) NOT NULL DEFAULT now(),
  actor text NOT NULL,
  type text NOT NULL,
  details jsonb NOT NULL
);
CREATE INDEX audit_events_graph ON audit_events (graph_id, id DESC);
